-- Points by area, from geometry alone. Tables: points and areas, both GeoParquet; an area has a code.

-- area: reemap count --by area --areas AREAS, or with the outlines of countries
--       reemap count --by country --coast-km 0
SELECT areas.code AS code, count(*) AS count
FROM points JOIN areas ON ST_Intersects(points.geometry, areas.geometry)
GROUP BY areas.code
ORDER BY count DESC, code;
