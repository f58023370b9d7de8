// Keyboard comfort for the review pages. Every page works without this file.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const items = Array.from(document.querySelectorAll("[data-list] [data-item]"));
  const follow = (selector) => { const link = find(selector); if (link) link.click(); };
  const submit = (selector) => { const form = find(selector); if (form) form.requestSubmit(); };

  const row = (selector) => document.activeElement.closest("[data-list] > li")?.querySelector(selector);

  function step(by) {
    if (items.length === 0) { follow(by > 0 ? "main [rel=next]" : "main [rel=prev]"); return; }
    const at = items.indexOf(row("[data-item]"));
    const to = at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by;
    if (to >= items.length) { follow(".pager [rel=next]"); return; }
    if (to < 0) { follow(".pager [rel=prev]"); return; }
    items[to].focus();
    items[to].scrollIntoView({ block: "nearest" });
  }

  function answer(number) {
    const radio = find(`[data-decide] [data-key="${number}"]`);
    if (!radio) return;
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function help() {
    const box = find("#keys");
    if (box && box.showModal) { if (box.open) box.close(); else box.showModal(); } else follow("[data-keys]");
  }

  const acts = {
    j: () => step(1),
    k: () => step(-1),
    x: () => row("[data-pick]")?.click(),
    b: () => submit("[data-together]"),
    c: () => submit("[data-claim]"),
    u: () => submit("[data-undo]"),
    q: () => follow("[data-queue]"),
    n: () => { const note = find("#note"); if (note) note.focus(); },
    "/": () => { const box = find("input[type=search]"); if (box) box.focus(); else follow('.main-nav a[href$="/search/"]'); },
    "?": help,
  };

  // single keys can be switched off (WCAG 2.1.4); remembered in this browser
  const off = () => localStorage.getItem("fairwatch-keys") === "off";
  const toggle = find("[data-keys-toggle]");
  if (toggle) {
    const say = () => { toggle.textContent = off() ? toggle.dataset.on : toggle.dataset.off; };
    toggle.hidden = false;
    toggle.addEventListener("click", () => { localStorage.setItem("fairwatch-keys", off() ? "on" : "off"); say(); });
    say();
  }

  document.addEventListener("keydown", (event) => {
    if (off() && event.key.length === 1) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    const typing = target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (event.key === "Escape" && typing) { target.blur(); return; }
    if (typing) return;
    const dialog = find("dialog[open]");
    if (dialog && event.key !== "?") return;
    if (/^[1-5]$/.test(event.key) && find("[data-decide]")) { event.preventDefault(); answer(event.key); return; }
    if (event.key === "Enter" && target.matches("[data-decide] [type=radio]")) { event.preventDefault(); submit("[data-decide]"); return; }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // only reasons of the chosen answer; the server checks it too
  const reason = find("#reason");
  if (reason) {
    const narrow = () => {
      const chosen = find("[data-decide] [type=radio]:checked");
      for (const option of reason.options) {
        const fits = option.value === "" || !chosen || option.value.startsWith(`${chosen.value}:`);
        option.disabled = !fits;
        if (!fits && option.selected) reason.value = "";
      }
    };
    document.addEventListener("change", (event) => { if (event.target.matches("[data-decide] [type=radio]")) narrow(); });
    narrow();
  }

  // one press, one save
  const decide = find("[data-decide]");
  if (decide) decide.addEventListener("submit", (event) => { if (decide.dataset.sent) event.preventDefault(); decide.dataset.sent = "1"; });
  window.addEventListener("pageshow", () => { if (decide) delete decide.dataset.sent; });

  const keys = find("[data-keys]");
  if (keys) keys.addEventListener("click", (event) => { if (find("#keys")) { event.preventDefault(); help(); } });

  const trouble = find(".error-summary");
  if (trouble) trouble.focus();
})();
