"""What an organization or a source means once merges are followed, and from which level of disclosure on it is seen."""

from django.db import migrations

VIEWS = """
CREATE VIEW organization_meant AS
SELECT named.id, coalesce(meant.id, named.id) AS means,
       greatest(named.disclosure, coalesce(meant.disclosure, 0))::int AS level
FROM sources_organization named LEFT JOIN sources_organization meant ON meant.id = named.merged_into_id;

CREATE VIEW source_meant AS
SELECT named.id, meant.id AS means, of_meant.means AS publisher,
       greatest(named.disclosure, meant.disclosure, coalesce(of_named.level, 0), coalesce(of_meant.level, 0))::int AS level,
       meant.published, meant.published_earliest, meant.published_latest
FROM sources_source named
JOIN sources_source meant ON meant.id = coalesce(named.merged_into_id, named.id)
LEFT JOIN organization_meant of_named ON of_named.id = named.publisher_id
LEFT JOIN organization_meant of_meant ON of_meant.id = meant.publisher_id;
"""


class Migration(migrations.Migration):
    dependencies = [("sources", "0010_help_texts")]

    operations = [migrations.RunSQL(VIEWS, "DROP VIEW source_meant; DROP VIEW organization_meant")]
