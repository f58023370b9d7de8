// Passkeys: asks the device, puts its answer into the form, sends the form. Codes from an app work without this file.
"use strict";
(() => {
  async function ask(form) {
    const options = JSON.parse(form.dataset.options);
    const answer = await window.webauthnJSON[form.dataset.passkey](options);
    form.querySelector("[name=credential]").value = JSON.stringify(answer);
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form).catch(() => { form.querySelector("[data-status]").textContent = form.dataset.failed; });
    });
  }
})();
