-- Counts of sites, as reemap makes them. Table: sites (reemap export -o sites.parquet).
-- reemap counts a site in the place found, or where none was found in the one that its source
-- states, whatever the spelling. The last query lists those few.

-- country: reemap count --by country
SELECT country_code, count(*) AS count
FROM sites
WHERE country_code IS NOT NULL
GROUP BY country_code
ORDER BY count DESC, country_code;

-- province: reemap count --by province
SELECT province_code, count(*) AS count
FROM sites
WHERE province_code IS NOT NULL
GROUP BY province_code
ORDER BY count DESC, province_code;

-- ree-type: reemap count --by ree-type
SELECT ree_type, count(*) AS count
FROM sites
GROUP BY ree_type
ORDER BY count DESC, ree_type;

-- status: reemap count --by status
SELECT status, count(*) AS count
FROM sites
GROUP BY status
ORDER BY count DESC, status;

-- stated: sites in no country or province by their location
SELECT id, stated_country, stated_province
FROM sites
WHERE country_code IS NULL OR province_code IS NULL
ORDER BY id;
