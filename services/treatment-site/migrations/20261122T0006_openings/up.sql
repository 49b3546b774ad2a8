-- What is opened at an institution, each with its days: [{"kind": "chronic", "diseaseCode": "M03900", "from": "2025-01-01",
-- "until": "2026-01-01"}, …]; without days, always.
ALTER TABLE institution ADD COLUMN openings json NOT NULL DEFAULT '[]';
UPDATE institution
   SET openings = (SELECT coalesce(json_agg(o), '[]')
                     FROM (SELECT json_build_object('kind', kind) FROM unnest(open_kinds) AS kind
                           UNION ALL
                           SELECT json_build_object('kind', 'chronic', 'diseaseCode', code)
                             FROM unnest(open_chronic) AS code) AS s(o));
-- Written no more; replicas of before still read them.
ALTER TABLE institution ALTER COLUMN open_kinds SET DEFAULT '{}', ALTER COLUMN open_chronic SET DEFAULT '{}';
