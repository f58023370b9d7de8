
import django.db.models.deletion
import review.rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cluster_id', models.CharField(max_length=32, unique=True)),
                ('advert_id', models.CharField(db_index=True, max_length=32)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(blank=True, max_length=20)),
                ('origin', models.CharField(default='flagged', max_length=8)),
                ('blind', models.BooleanField(default=False)),
                ('band', models.CharField(max_length=12)),
                ('shown_band', models.CharField(max_length=12)),
                ('risk', models.FloatField()),
                ('rank', models.BigIntegerField()),
                ('indicators', models.JSONField(default=list)),
                ('copies', models.PositiveIntegerField()),
                ('boards', models.PositiveIntegerField()),
                ('countries', models.PositiveIntegerField()),
                ('online', models.PositiveIntegerField()),
                ('first_at', models.DateTimeField()),
                ('newest_at', models.DateTimeField()),
                ('state', models.CharField(default=review.rules.State['OPEN'], max_length=8)),
                ('round', models.PositiveIntegerField(default=1)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('reopened_why', models.CharField(blank=True, max_length=20)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('decided_at', models.DateTimeField(null=True)),
                ('claimed_until', models.DateTimeField(null=True)),
                ('claimed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claimed_cases', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_cases', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_cases', to='review.case')),
            ],
        ),
        migrations.CreateModel(
            name='CaseFacet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('value', models.CharField(max_length=100)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facets', to='review.case')),
            ],
        ),
        migrations.CreateModel(
            name='ReviewNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='review.case')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_notes', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveIntegerField()),
                ('verdict', models.CharField(max_length=12)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('note', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('shown', models.JSONField(default=dict)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='review.case')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='review.verdict')),
                ('who', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['case', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', '-rank', 'id'], name='review_case_state_c37982_idx'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', 'shown_band', '-rank', 'id'], name='review_case_state_935bec_idx'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['claimed_by', '-rank', 'id'], name='review_case_claimed_66412a_idx'),
        ),
        migrations.AddIndex(
            model_name='casefacet',
            index=models.Index(fields=['kind', 'value', 'case'], name='review_case_kind_2959fa_idx'),
        ),
        migrations.AddConstraint(
            model_name='casefacet',
            constraint=models.UniqueConstraint(fields=('case', 'kind', 'value'), name='one_facet_a_case'),
        ),
        migrations.AddIndex(
            model_name='reviewnote',
            index=models.Index(fields=['recipient', 'read_at'], name='review_revi_recipie_b3256a_idx'),
        ),
        migrations.AddIndex(
            model_name='verdict',
            index=models.Index(fields=['who', 'at'], name='review_verd_who_id_08a0ff_idx'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.UniqueConstraint(condition=models.Q(('undoes__isnull', True)), fields=('case', 'round'), name='one_verdict_a_round'),
        ),
    ]
