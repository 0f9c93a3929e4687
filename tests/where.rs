//! `--where` selects by any condition in CQL2: what the standard says, held against made-up rows and
//! the embedded catalogue.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use std::borrow::Cow;

use common::{Scratch, catalogue};
use geo::Point;
use proptest::prelude::*;
use reemap::figure::spec::Figure;
use reemap::place::Gazetteer;
use reemap::property::Value;
use reemap::select::Selection;
use reemap::select::cql2::{self, Expression, Filter, Kind, Operator, Times};

fn filter(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What an expression says of a row: true, false (its negation is true), or not known.
fn says(text: &str, row: &[(&str, Value<'static>)], point: Option<Point<f64>>) -> Option<bool> {
    let holds = |text: &str| {
        let filter = filter(text);
        let value = |number| {
            let name = filter.columns().nth(number).unwrap().name().to_owned();
            let cell = row.iter().find(|(column, _)| *column == name);
            cell.map_or(Value::None, |(_, value)| value.clone())
        };
        filter.matches(value, || point)
    };
    match (holds(text), holds(&format!("NOT ({text})"))) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
        (true, true) => panic!("{text} and its negation are true"),
    }
}

fn text(text: &'static str) -> Value<'static> {
    Value::Text(Cow::Borrowed(text))
}

fn list(items: &[&'static str]) -> Value<'static> {
    Value::List(items.iter().map(|item| Cow::Borrowed(*item)).collect())
}

/// The expressions of the standard's text, by its clauses, that say what they say of any schema.
const OF_THE_STANDARD: [&str; 58] = [
    "avg(windSpeed) < 4",
    "city='Toronto'",
    "balance-150.0 > 0",
    "updated >= date('1970-01-01')",
    "geometry IS NOT NULL",
    "name LIKE 'Smith%'",
    "depth BETWEEN 100.0 and 150.0",
    "cityName IN ('Toronto','Frankfurt','Tokyo','New York')",
    "category NOT IN (1,2,3,4)",
    "CASEI(road_class) IN (CASEI('Οδος'),CASEI('Straße'))",
    "ACCENTI(etat_vol) = ACCENTI('débárquér')",
    "S_INTERSECTS(geometry,POINT(36.319836 32.288087))",
    "T_INTERSECTS(event_time, INTERVAL('1969-07-16T05:32:00Z', '1969-07-24T16:50:35Z'))",
    "T_DURING(INTERVAL(touchdown, liftOff), INTERVAL('1969-07-16T13:32:00Z', '1969-07-24T16:50:35Z'))",
    "A_CONTAINS(layer:ids, ('layers-ca','layers-us'))",
    "S_WITHIN(road,Buffer(geometry,10,'m'))",
    "vehicle_height > (bridge_clearance-1)",
    "landsat:scene_id = 'LC82030282019133LGN00'",
    "eo:cloud_cover BETWEEN 0.1 AND 0.2 AND landsat:wrs_row=28 AND landsat:wrs_path=203",
    "eo:instrument LIKE 'OLI%' AND S_INTERSECTS(footprint,POLYGON((43.5845 -79.5442, 43.6079 -79.4893, 43.5677 -79.4632, 43.5845 -79.5442)))",
    "owner NOT LIKE '%Mike%'",
    "swimming_pool=true AND (floors>5 OR  material LIKE 'brick%'  OR  material LIKE '%brick')",
    "NOT (floors<5) OR swimming_pool=true",
    "T_BEFORE(built, DATE('2015-01-01'))",
    "S_WITHIN(location,BBOX(-118,33.8,-117.9,34))",
    "CASEI(geophys:SURVEY_NAME) LIKE CASEI('%calcutta%')",
    "\"id\" <> 'fa7e1920-9107-422d-a3db-c468cbc5d6df'",
    "NOT \"name\" LIKE 'foo%'",
    "\"value\" NOT BETWEEN 10 AND 20",
    "\"value\" IN (1.0, 2.0, 3.0)",
    "NOT \"value\" IS NULL",
    "(\"value\" IS NULL OR \"value\" BETWEEN 10 AND 20)",
    "S_INTERSECTS(\"geometry\", BBOX(-128.098193, -1.1, -99999.0, 180.0, 90.0, 100000.0))",
    "S_EQUALS(POLYGON ((-0.333333 89.0, -102.723546 -0.5, -179.0 -89.0, -1.9 89.0, -0.0 89.0, 2.00001 -1.9, -0.333333 89.0)), \"geometry\")",
    "S_DISJOINT(\"geometry\", MULTIPOLYGON (((144.022387 45.176126, -1.1 0.0, 180.0 47.808086, 144.022387 45.176126))))",
    "S_TOUCHES(\"geometry\", MULTILINESTRING ((-1.9 -0.99999, 75.292574 1.5, -0.5 -4.016458, -31.708594 -74.743801, 179.0 -90.0),(-1.9 -1.1, 1.5 8.547371)))",
    "S_WITHIN(POLYGON Z ((-49.88024 0.5 -75993.341684, -1.5 -0.99999 -100000.0, 0.0 0.5 -0.333333, -49.88024 0.5 -75993.341684)), \"geometry\")",
    "S_CROSSES(\"geometry\", LINESTRING (172.03086 1.5, 1.1 -90.0, -159.757695 0.99999, -180.0 0.5))",
    "S_CONTAINS(\"geometry\", POINT (-3.508362 -1.754181))",
    "T_BEFORE(\"updated_at\", TIMESTAMP('2012-08-10T05:30:00.000000Z'))",
    "T_DISJOINT(INTERVAL('..', '2005-01-10T01:01:01.393216Z'), INTERVAL(starts_at, ends_at))",
    "T_FINISHES(INTERVAL(starts_at, ends_at), INTERVAL('1991-10-07', '2010-02-10T05:29:20.073225Z'))",
    "T_STARTS(INTERVAL(starts_at, ends_at), INTERVAL('1991-10-07T08:21:06.393262Z', '..'))",
    "Foo(\"geometry\") = TRUE",
    "FALSE <> Bar(\"geometry\", 100, 'a', 'b', FALSE)",
    "\"value\" <> (22.1 * \"foo\")",
    "\"value\" = (2 / \"foo\")",
    "\"value\" <= (2 ^ \"foo\")",
    "0 = (\"foo\" % 2)",
    "1 = (\"foo\" div 2)",
    "A_CONTAINEDBY(\"values\", ('a', 'b', 'c'))",
    "A_EQUALS(('a', TRUE, 1.0, 8), \"values\")",
    "A_OVERLAPS(\"values\", (TIMESTAMP('2012-08-10T05:30:00.000000Z'), DATE('2010-02-10'), FALSE))",
    "S_EQUALS(MULTIPOINT ((180.0 -0.5), (179.0 -47.121701), (180.0 -0.0)), \"geometry\")",
    "S_EQUALS(GEOMETRYCOLLECTION (POINT (1.9 2.00001), MULTILINESTRING ((-2.00001 -0.0, -77.292642 -0.5), (1 1, 2 2)), LINESTRING (179.0 1.179148, 0.5 0.333333)), \"geometry\")",
    "value = - foo * 2.0 + \"bar\" / 6.1234 - \"x\" ^ 2.0",
    "\"value\" = ((((-1 * \"foo\") * 2.0) + (\"bar\" / 6.1234)) - (\"x\" ^ 2.0))",
    "\"name\" LIKE CASEI('FOO%')",
];

#[test]
fn the_standards_own_expressions_are_read_and_written_back() {
    for text in OF_THE_STANDARD {
        let read = cql2::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let again =
            cql2::parse(&read.to_string()).unwrap_or_else(|error| panic!("{read}: {error}"));
        assert_eq!(read, again, "{text}");
    }
}

#[test]
fn what_the_standards_expressions_ask_is_answered_or_refused_with_the_reason() {
    for text in OF_THE_STANDARD {
        let refused = ["avg(", "Foo(", "Bar(", "(road,", "(location", "(footprint"];
        match Filter::parse(text) {
            Ok(_) => assert!(!refused.iter().any(|it| text.contains(it)), "{text}"),
            Err(error) => {
                assert!(refused.iter().any(|it| text.contains(it)), "{text}: {error}");
                assert!(error.hint().is_some(), "{text}: {error}");
            }
        }
    }
}

#[test]
fn what_is_not_known_is_neither_true_nor_false() {
    let row = [("a", Value::Integer(1)), ("b", Value::Real(2.5)), ("t", text("Ĝis 白云"))];
    for (expression, expected) in [
        ("a = 1", Some(true)),
        ("a <> 1", Some(false)),
        ("none = 1", None),
        ("none <> 1", None),
        ("none IS NULL", Some(true)),
        ("a IS NOT NULL", Some(true)),
        ("none = 1 AND a = 2", Some(false)),
        ("none = 1 AND a = 1", None),
        ("none = 1 OR a = 1", Some(true)),
        ("none = 1 OR a = 2", None),
        ("none IN (1, 2)", None),
        ("a IN (2, none)", None),
        ("a IN (1, none)", Some(true)),
        ("none BETWEEN 1 AND 2", None),
        ("a BETWEEN 2 AND none", Some(false)),
        ("a BETWEEN 1 AND none", None),
        ("none LIKE '%'", None),
        ("none + 1 > 0", None),
        ("b / 0 > 0", None),
        ("(none = 1) IS NULL", Some(true)),
        ("none", None),
        ("A_CONTAINS(none, ('x'))", None),
        ("T_AFTER(none, DATE('2020-01-01'))", None),
        ("S_INTERSECTS(geometry, BBOX(0, 0, 1, 1))", None),
        ("geometry IS NULL", Some(true)),
        ("t = 'Ĝis 白云' AND t LIKE '%白_'", Some(true)),
        ("t = 'ĝis 白云'", Some(false)),
        ("CASEI(t) = CASEI('ĜIS 白云')", Some(true)),
        ("ACCENTI(t) = 'Gis 白云'", Some(true)),
        ("CASEI(ACCENTI(t)) LIKE 'gis%'", Some(true)),
    ] {
        assert_eq!(says(expression, &row, None), expected, "{expression}");
    }
}

#[test]
fn a_text_counts_as_the_number_that_it_spells_where_it_is_set_against_one() {
    let row = [
        ("grade", text("0.95")),
        ("other", text("10")),
        ("code", text("007")),
        ("bad", text("n/a")),
        ("blank", text(" 3e1 ")),
        ("nan", text("NaN")),
        ("typed", Value::Integer(7)),
        ("flag", text("TRUE")),
    ];
    for (expression, expected) in [
        ("grade > 0.9", Some(true)),
        ("0.9 < grade", Some(true)),
        ("code = 7", Some(true)),
        ("code = '7'", Some(false)),
        ("code = '007'", Some(true)),
        ("typed = '7'", Some(true)),
        ("bad > 0", None),
        ("nan > 0", None),
        ("bad IS NULL", Some(false)),
        ("blank = 30", Some(true)),
        ("grade * 100 = 95", Some(true)),
        ("code IN (1, 7)", Some(true)),
        ("code IN ('7')", Some(false)),
        // Two cells: as numbers where both spell such, else as texts.
        ("other > grade", Some(true)),
        ("other > bad", Some(false)),
        ("code = typed", Some(true)),
        ("flag", Some(true)),
        ("flag = FALSE", Some(false)),
        ("bad = TRUE", None),
        ("grade BETWEEN 0.9 AND 1", Some(true)),
    ] {
        assert_eq!(says(expression, &row, None), expected, "{expression}");
    }
}

#[test]
fn a_list_is_compared_by_its_members_and_as_a_whole() {
    let row = [
        ("deposit_type", list(&["placer", "vein(?)"])),
        ("commodities", list(&[])),
        ("own", text("Nd; Pr")),
    ];
    for (expression, expected) in [
        ("deposit_type = 'placer'", Some(true)),
        ("deposit_type <> 'placer'", Some(false)),
        ("deposit_type = 'vein'", Some(false)),
        ("deposit_type LIKE 'vein%'", Some(true)),
        ("deposit_type NOT LIKE 'vein%'", Some(false)),
        ("deposit_type IN ('x', 'placer')", Some(true)),
        ("CASEI(deposit_type) = CASEI('PLACER')", Some(true)),
        ("commodities IS NULL", Some(true)),
        ("commodities = 'Nd'", None),
        ("A_CONTAINS(deposit_type, ('placer'))", Some(true)),
        ("A_CONTAINS(deposit_type, ('placer', 'vein'))", Some(false)),
        ("A_CONTAINEDBY(deposit_type, ('vein(?)', 'x', 'placer'))", Some(true)),
        ("A_EQUALS(deposit_type, ('vein(?)', 'placer'))", Some(true)),
        ("A_EQUALS(deposit_type, ('placer'))", Some(false)),
        ("A_OVERLAPS(deposit_type, ('x', 'placer'))", Some(true)),
        ("A_OVERLAPS(deposit_type, ())", Some(false)),
        ("A_CONTAINS(deposit_type, ())", Some(true)),
        ("A_CONTAINS(own, ('Pr', 'Nd'))", Some(true)),
        ("own = 'Nd'", Some(false)),
    ] {
        assert_eq!(says(expression, &row, None), expected, "{expression}");
    }
}

#[test]
fn dates_are_as_long_as_they_say() {
    let row = [
        ("day", text("2019-06-15")),
        ("year", Value::Integer(2019)),
        ("month", text("2019-06")),
        ("time", text("2019-06-15T23:30:00+02:00")),
        ("no", text("June")),
        ("end", text("2020")),
    ];
    for (expression, expected) in [
        ("day = DATE('2019-06-15')", Some(true)),
        ("day < DATE('2019-06-16')", Some(true)),
        ("DATE('2019-06-16') > day", Some(true)),
        ("year < DATE('2020-01-01')", Some(true)),
        ("year >= DATE('2019-01-01')", Some(true)),
        // It may have been before or after.
        ("year < DATE('2019-06-01')", None),
        ("year = DATE('2019-06-01')", None),
        ("month > DATE('2019-05-31')", Some(true)),
        ("time = DATE('2019-06-15')", Some(true)),
        ("time > TIMESTAMP('2019-06-15T21:30:00Z')", Some(false)),
        ("time >= TIMESTAMP('2019-06-15T21:30:00Z')", Some(true)),
        ("no = DATE('2019-06-15')", None),
        ("day IN (DATE('2019-06-14'), DATE('2019-06-15'))", Some(true)),
        ("day BETWEEN DATE('2019-06-15') AND DATE('2019-06-30')", Some(true)),
        ("T_AFTER(day, DATE('2019-06-14'))", Some(true)),
        ("T_BEFORE(day, DATE('2019-06-15'))", Some(false)),
        ("T_DURING(day, INTERVAL('2019-01-01', '..'))", Some(true)),
        ("T_CONTAINS(INTERVAL('2019-01-01', '2019-12-31'), day)", Some(true)),
        ("T_DISJOINT(day, INTERVAL('..', '2019-06-14'))", Some(true)),
        ("T_INTERSECTS(day, INTERVAL('..', '2019-06-15'))", Some(true)),
        ("T_EQUALS(INTERVAL('2019-01-01', '2019-12-31'), year)", Some(true)),
        ("T_STARTS(DATE('2019-01-01'), year)", Some(true)),
        ("T_FINISHES(DATE('2019-12-31'), year)", Some(true)),
        ("T_STARTEDBY(year, DATE('2019-01-01'))", Some(true)),
        ("T_FINISHEDBY(year, DATE('2019-12-31'))", Some(true)),
        ("T_MEETS(year, INTERVAL('2020-01-01', '..'))", Some(true)),
        ("T_METBY(end, year)", Some(true)),
        ("T_OVERLAPS(INTERVAL(month, end), INTERVAL(day, '..'))", Some(true)),
        ("T_OVERLAPPEDBY(INTERVAL(day, '..'), INTERVAL(month, end))", Some(true)),
        ("T_DURING(INTERVAL(end, day), INTERVAL('..', '..'))", None),
    ] {
        assert_eq!(says(expression, &row, None), expected, "{expression}");
    }
}

#[test]
fn a_point_stands_to_each_geometry_as_the_standard_says() {
    let square = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (4 4, 6 4, 6 6, 4 6, 4 4))";
    for (point, function, expected) in [
        ((2.0, 2.0), "INTERSECTS DISJOINT- WITHIN TOUCHES- EQUALS-", square),
        ((5.0, 5.0), "INTERSECTS- DISJOINT WITHIN- TOUCHES- EQUALS-", square),
        ((10.0, 5.0), "INTERSECTS DISJOINT- WITHIN- TOUCHES EQUALS-", square),
        ((6.0, 5.0), "INTERSECTS WITHIN- TOUCHES OVERLAPS- CROSSES-", square),
        ((10.0, 5.0), "INTERSECTS WITHIN- TOUCHES", "BBOX(0, 0, 10, 10)"),
        ((179.5, 5.0), "INTERSECTS WITHIN", "BBOX(170, 0, -170, 10)"),
        ((-175.0, 5.0), "INTERSECTS WITHIN", "BBOX(170, 0, -170, 10)"),
        ((0.0, 5.0), "INTERSECTS- DISJOINT", "BBOX(170, 0, -170, 10)"),
        ((1.0, 1.0), "INTERSECTS WITHIN TOUCHES- EQUALS CONTAINS", "POINT(1 1)"),
        ((1.0, 1.0), "INTERSECTS WITHIN TOUCHES-", "LINESTRING(0 0, 2 2)"),
        ((2.0, 2.0), "INTERSECTS WITHIN- TOUCHES", "LINESTRING(0 0, 2 2)"),
        ((2.0, 2.0), "INTERSECTS WITHIN EQUALS- CONTAINS-", "MULTIPOINT((2 2), (3 3))"),
        (
            (3.0, 3.0),
            "INTERSECTS EQUALS- CROSSES- OVERLAPS-",
            "GEOMETRYCOLLECTION(POINT(2 2), LINESTRING(3 3, 4 4))",
        ),
        (
            (2.5, 2.5),
            "DISJOINT INTERSECTS-",
            "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((3 3, 4 3, 4 4, 3 3)))",
        ),
    ] {
        for name in function.split(' ') {
            let (name, truth) = name.strip_suffix('-').map_or((name, true), |name| (name, false));
            let point = Some(Point::new(point.0, point.1));
            let asked = format!("S_{name}(geometry, {expected})");
            assert_eq!(says(&asked, &[], point), Some(truth), "{asked} {point:?}");
            // The other way round, what contains is what lies within.
            let name = match name {
                "WITHIN" => "CONTAINS",
                "CONTAINS" => "WITHIN",
                same => same,
            };
            let asked = format!("s_{}({expected}, Geometry)", name.to_lowercase());
            assert_eq!(says(&asked, &[], point), Some(truth), "{asked} {point:?}");
        }
    }
}

#[test]
fn what_can_not_be_understood_is_told_with_its_column_and_what_to_do() {
    for (text, told, hint) in [
        ("", "column 1: the expression is empty", "such as"),
        ("status =", "column 9: expected a value or a condition, found the end", ""),
        ("status == 'x'", "column 9: expected a value, found =", "equal is one ="),
        (
            "status = 'x' name = 'y'",
            "column 14: expected AND, OR, a comparison or the end, found name",
            "",
        ),
        ("(status = 'x'", "column 14: expected a comma or ), found the end", ""),
        ("status = 'x')", "column 13: expected a ( before this ), found )", ""),
        ("status = 'x", "column 10: the text in quotes that starts here has no end", "''"),
        (
            "\"status = 'x'",
            "column 1: the name in double quotes that starts here has no end",
            "\"\"",
        ),
        ("省份 = ‘湖南’", "column 6: ‘ has no meaning here", "write '"),
        ("省份 ＝ '湖南'", "column 4: ＝ has no meaning here", "write ="),
        ("a = 1 && b = 2", "column 7: & has no meaning here", "AND"),
        ("a = NULL", "column 5: NULL equals nothing", "IS NULL"),
        ("a IS 'x'", "column 6: expected NULL or NOT NULL, found 'x'", ""),
        ("a NOT 'x'", "column 7: expected LIKE, BETWEEN or IN, found 'x'", ""),
        ("a BETWEEN 1 OR 2", "column 13: expected AND and the upper bound, found OR", ""),
        ("a IN 'x'", "column 6: expected ( and a list of values, found 'x'", ""),
        ("a IN ()", "column 7: expected a value or a condition, found )", ""),
        ("2020_total > 1", "column 1: 2020_total is no number", "\"2020_total\""),
        ("a > 1e999", "column 5: 1e999 is too large a number", ""),
        ("a = 2 ^ 3 ^ 4", "column 11: a power of a power needs parentheses", ""),
        ("a + 1", "column 1: a + 1.0 is no condition", ""),
        ("name", "column 1: name is no condition", "name = '…'"),
        ("'x'", "column 1: 'x' is no condition", ""),
        ("name LIKE stauts", "column 11: a pattern is expected after LIKE, not stauts", ""),
        ("treo_mt LIKE '1%'", "column 1: LIKE is for texts, and treo_mt is none", ""),
        ("treo_mt > '5'", "column 11: treo_mt is a number, and '5' a text", "write 5 without"),
        ("treo_mt = 'big'", "column 11: treo_mt is a number, and 'big' a text", ""),
        (
            "status_certain = 'yes'",
            "column 18: status_certain is TRUE or FALSE, and 'yes' is neither",
            "",
        ),
        ("record_row = TRUE", "column 1: TRUE is TRUE or FALSE, and record_row is neither", ""),
        ("1 + 'x' > 1", "column 5: a number is expected here, not 'x'", ""),
        ("a = (1, 2)", "column 5: a list has no place here", "IN"),
        ("a = (b = 1)", "column 6: a value is expected here, not the condition b = 1.0", ""),
        ("a = geometry", "column 5: geometry is a place", "longitude"),
        ("a = POINT(1 2)", "column 5: a geometry has no place here", "S_INTERSECTS"),
        ("S_INTERSECTS(geometry)", "column 1: S_INTERSECTS takes two arguments, not 1", ""),
        ("S_INTERSECTS(geom, POINT(1 2))", "column 14: geom is no place of a site", "geometry"),
        ("S_INTERSECTS(geometry, name)", "column 24: expected a geometry, found name", "BBOX"),
        ("S_INTERSECTS(POINT(1 2), POINT(1 2))", "column 26: S_INTERSECTS is to ask of a site", ""),
        (
            "S_INTERSECT(geometry, POINT(1 2))",
            "column 1: there is no function S_INTERSECT",
            "S_INTERSECTS",
        ),
        (
            "S_WITHIN(geometry, POINT(42 110))",
            "column 26: the latitude 110 does not lie",
            "longitude stands first",
        ),
        ("S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 1)))", "column 28: a ring has four points", ""),
        (
            "S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 1, 0 1)))",
            "column 28: the ring is open",
            "end it",
        ),
        ("S_WITHIN(geometry, POINT(1, 2))", "column 27: expected a number, found ,", ""),
        ("S_WITHIN(geometry, BBOX(1, 2, 3))", "column 20: a BBOX has 4 numbers, not 3", "west"),
        (
            "S_WITHIN(geometry, BBOX(0, 50, 1, 40))",
            "column 20: 0,50,1,40: south lies north of north",
            "",
        ),
        ("day = DATE('2020-13-01')", "column 12: '2020-13-01' is no date", "DATE("),
        ("day = DATE(2020)", "column 12: DATE takes a text in quotes, not 2020.0", ""),
        ("day = TIMESTAMP('2020-01-01')", "column 17: '2020-01-01' is no date", "TIMESTAMP("),
        ("status_certain > DATE('2020-01-01')", "column 1: status_certain is no date", ""),
        (
            "day = INTERVAL('2020-01-01', '..')",
            "column 7: an interval has no place here",
            "T_DURING",
        ),
        (
            "T_DURING(day, INTERVAL('2020-01-01'))",
            "column 15: INTERVAL takes two arguments, not 1",
            "",
        ),
        ("a = 1 AND\n  b ==", "line 2, column 6: expected a value, found =", ""),
        ("CASEI(treo_mt) = 'x'", "column 7: CASEI is for texts, and treo_mt is none", ""),
        ("like = 'x'", "column 1: expected a value or a condition, found like", "\"like\""),
    ] {
        let error = Filter::parse(text).err().unwrap_or_else(|| panic!("{text} is understood"));
        let (said, advice) = (error.to_string(), error.hint().unwrap_or_default());
        assert!(said.starts_with(&format!("where: {told}")), "{text}: {said}");
        assert!(advice.contains(hint), "{text}: {advice}");
        assert_eq!(error.exit_code(), 2, "{text}");
    }
}

#[test]
fn a_name_that_nothing_goes_by_is_refused_with_what_was_meant() {
    let check = |text: &str, own: &[&str]| {
        filter(text)
            .check(own)
            .err()
            .map(|error| (error.to_string(), error.hint().unwrap().to_owned()))
    };
    let (said, hint) = check("name = 'x' AND stauts = 'y'", &[]).unwrap();
    assert_eq!(said, "where: column 16: there is no property stauts");
    assert!(hint.contains("did you mean status"), "{hint}");
    let (_, hint) = check("status = Active", &[]).unwrap();
    assert!(hint.contains("single quotes: 'Active'"), "{hint}");
    let (_, hint) = check("grde > 1", &["Grade", "Tonnage"]).unwrap();
    assert!(hint.contains("Grade"), "{hint}");
    for text in ["GRADE > 1", "\"Grade\" > 1", "\"ree-type\" = 'light'"] {
        assert_eq!(check(text, &["Grade", "Tonnage"]), None, "{text}");
    }
    let error = Filter::parse("ree-type = 'light'").unwrap_err();
    assert_eq!(error.hint(), Some("did you mean ree_type?"), "{error}");
}

#[test]
fn a_filter_tells_what_it_has_to_be_given() {
    let filter = filter("grade > 1 AND Status = 'Active' AND country = 'China' AND GRADE < 5");
    assert_eq!(filter.columns().len(), 3, "grade is one column in either case");
    assert_eq!(filter.own_columns().collect::<Vec<_>>(), ["grade", "status"]);
    let properties: Vec<&str> = filter.properties().map(|property| property.name).collect();
    assert_eq!(properties, ["status", "country"]);
    assert!(filter.needs_place() && !filter.needs_classes() && !filter.needs_point());
    let needs = |text: &str| {
        let filter = self::filter(text);
        [filter.needs_point(), filter.needs_place(), filter.needs_classes(), filter.needs_ports()]
    };
    assert_eq!(needs("latitude > 0"), [false; 4]);
    assert_eq!(needs("geometry IS NULL"), [true, false, false, false]);
    assert_eq!(needs("segment = 'upstream' OR ree_type = 'light'"), [false, false, true, false]);
    assert_eq!(needs("nearest_port_km < 100"), [false, true, false, true]);
}

#[test]
fn neither_depth_nor_length_ends_the_program() {
    let deep = |open: &str, inner: &str, close: &str, count: usize| {
        format!("{}{inner}{}", open.repeat(count), close.repeat(count))
    };
    for (open, inner, close) in [
        ("(", "a = 1", ")"),
        ("NOT ", "a = 1", ""),
        ("NOT (", "a = 1", ")"),
        ("CASEI(", "a", ")"),
        ("A_CONTAINS(a, (", "1", "))"),
    ] {
        assert!(cql2::parse(&deep(open, inner, close, 20)).is_ok(), "{open}");
        let error = cql2::parse(&deep(open, inner, close, 200_000)).unwrap_err().to_string();
        assert!(error.contains("in one another"), "{open}: {error}");
    }
    // What is written goes no deeper than what was read.
    let signs = cql2::parse(&deep("- ", "a = 1", "", 60)).unwrap();
    assert_eq!(cql2::parse(&signs.to_string()).unwrap(), signs);
    for text in [
        "a = - - - - 1".replace("- ", &"- ".repeat(50_000)),
        "S_WITHIN(geometry, ".to_owned() + &"GEOMETRYCOLLECTION(".repeat(50_000),
    ] {
        assert!(cql2::parse(&text).unwrap_err().to_string().contains("in one another"));
    }
    let started = std::time::Instant::now();
    let long = |part: &str, between: &str| vec![part; 200_000].join(between);
    for text in [
        long("a = 1", " AND "),
        long("a = 1", " OR "),
        format!("a = {}", long("1", " + ")),
        format!("a = {}", long("b", " * ")),
        format!("a IN ({})", long("'x'", ",")),
        format!("S_WITHIN(geometry, MULTIPOINT({}))", long("1 2", ",")),
        format!("a = '{}'", "''".repeat(200_000)),
        long("a", " "),
        long("(", ""),
    ] {
        if let Ok(filter) = Filter::parse(&text) {
            filter.matches(|_| Value::Integer(1), || None);
            assert!(cql2::parse(&text).unwrap().to_string().len() > 200_000);
        }
    }
    // Quadratic work would take minutes.
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

fn expression(kind: Kind) -> Expression {
    Expression { kind, at: 0 }
}

/// Any expression, also such as make no sense.
fn expressions() -> impl Strategy<Value = Expression> {
    let name =
        prop_oneof!["[a-zé白_:][a-z0-9_.:云]{0,5}", "\\PC{0,4}[^\\s]", Just("not".to_owned())];
    let number = prop_oneof![0.0..1e6, any::<f64>().prop_map(f64::abs)]
        .prop_filter("finite", |number: &f64| number.is_finite());
    let place =
        (-180_i32..=180, -90_i32..=90).prop_map(|(x, y)| Point::new(f64::from(x), f64::from(y)));
    let geometry = place.prop_map(|point| cql2::Geometry::Shape(point.into()));
    let leaf = prop_oneof![
        4 => name.prop_map(Kind::Name),
        2 => "\\PC{0,6}".prop_map(Kind::Text),
        1 => "['\\\\%_]{0,4}".prop_map(Kind::Text),
        2 => number.prop_map(Kind::Number),
        1 => any::<bool>().prop_map(Kind::Boolean),
        1 => geometry.prop_map(Kind::Geometry),
        1 => Just(Kind::List(Vec::new())),
    ]
    .prop_map(expression);
    leaf.prop_recursive(5, 40, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        let not = any::<bool>();
        let operator = prop::sample::select(vec![
            Operator::Equal,
            Operator::Unequal,
            Operator::LessOrEqual,
            Operator::Greater,
        ]);
        let times = prop::sample::select(vec![
            Times::Multiply,
            Times::Divide,
            Times::Whole,
            Times::Remainder,
        ]);
        let boxed = inner.clone().prop_map(Box::new);
        let two = (inner.clone(), inner.clone()).prop_map(|(a, b)| Box::new([a, b]));
        let three =
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| Box::new([a, b, c]));
        let terms = prop::collection::vec((not, inner.clone()), 1..3);
        let factors = prop::collection::vec((times, inner.clone()), 1..3);
        prop_oneof![
            several.clone().prop_map(Kind::Or),
            several.clone().prop_map(Kind::And),
            boxed.clone().prop_map(Kind::Not),
            (operator, two.clone()).prop_map(|(operator, sides)| Kind::Compare(operator, sides)),
            (two.clone(), not).prop_map(|(operands, not)| Kind::Like { operands, not }),
            (three, not).prop_map(|(operands, not)| Kind::Between { operands, not }),
            (boxed.clone(), several.clone(), not).prop_map(|(value, list, not)| Kind::In {
                value,
                list,
                not
            }),
            (boxed.clone(), not).prop_map(|(value, not)| Kind::IsNull { value, not }),
            (boxed.clone(), terms).prop_map(|(first, rest)| Kind::Sum(first, rest)),
            (boxed.clone(), factors).prop_map(|(first, rest)| Kind::Product(first, rest)),
            two.prop_map(Kind::Power),
            boxed.prop_map(Kind::Negative),
            several.clone().prop_map(Kind::List),
            several.prop_map(|arguments| Kind::Call("A_CONTAINS".into(), arguments)),
        ]
        .prop_map(expression)
    })
}

/// Conditions on three columns, of which rows may not know any.
fn conditions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[abc] (=|<>|<|>=) [0-2]",
        "[abc] (=|<|<>) [abc]",
        "[abc] IS (NOT )?NULL",
        "[abc] (NOT )?IN \\([0-2], [abc]\\)",
        "[abc] (NOT )?BETWEEN [0-2] AND [abc]",
        "[abc] \\+ [abc] > 1 / [abc]",
        "[abc] (NOT )?LIKE '(%|_|1)'",
        "TRUE|FALSE",
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("NOT ({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) AND ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) OR ({b})")),
        ]
    })
}

fn cells() -> impl Strategy<Value = Value<'static>> {
    prop_oneof![
        Just(Value::None),
        (0_i64..3).prop_map(Value::Integer),
        prop::sample::select(vec!["0", "1", "2", "x"]).prop_map(text),
        Just(list(&["1", "x"])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_ends_the_program(text in "\\PC{0,60}") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn no_run_of_words_ends_the_program(words in prop::collection::vec(prop::sample::select(vec![
        "a", "status", "geometry", "treo_mt", "'x'", "'1'", "1", "-", "+", "*", "/", "^", "div", "%", "(",
        ")", ",", "=", "<>", "<", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL", "TRUE",
        "CASEI(", "DATE('2020-01-01')", "INTERVAL(", "'..'", "S_WITHIN(", "A_OVERLAPS(", "T_AFTER(",
        "POINT(1 2)", "BBOX(1,2,3,4)", "POLYGON((", "MULTIPOINT(", "\"q\"",
    ]), 0..14)) {
        let text = words.join(" ");
        if let Ok(filter) = Filter::parse(&text) {
            filter.matches(|_| Value::Integer(1), || Some(Point::new(1.0, 2.0)));
            let again = Filter::parse(&cql2::parse(&text).unwrap().to_string());
            prop_assert!(again.is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same(expression in expressions()) {
        let text = expression.to_string();
        let read = cql2::parse(&text);
        prop_assert_eq!(read.map_err(|error| error.to_string()), Ok(expression), "{}", text);
    }

    #[test]
    fn the_laws_of_three_values_hold(
        a in conditions(),
        b in conditions(),
        row in (cells(), cells(), cells()),
    ) {
        let row = [("a", row.0), ("b", row.1), ("c", row.2)];
        let of = |text: &str| says(text, &row, None);
        let (of_a, of_b) = (of(&a), of(&b));
        let and = match (of_a, of_b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        prop_assert_eq!(of(&format!("({a}) AND ({b})")), and);
        prop_assert_eq!(of(&format!("({b}) AND ({a})")), and);
        prop_assert_eq!(of(&format!("NOT (NOT ({a}) OR NOT ({b}))")), and);
        prop_assert_eq!(of(&format!("NOT NOT ({a})")), of_a);
        prop_assert_eq!(of(&format!("({a}) IS NULL")), Some(of_a.is_none()));
    }
}

#[test]
fn conditions_select_what_another_engine_selects_of_the_same_rows() {
    // The numbers are DuckDB's, of the csv that reemap export --dataset all writes.
    let gazetteer = Gazetteer::embedded().unwrap();
    for (condition, expected) in [
        ("treo_percent > 1 AND status = 'producer'", 15),
        ("NOT treo_percent > 1", 213),
        ("treo_mt BETWEEN 0.1 AND 5", 69),
        ("treo_mt_max > 2 * treo_mt_min", 9),
        ("country <> stated_country", 330),
        ("CASEI(name) LIKE '%mine%' OR name LIKE 'B_y%'", 37),
        ("S_INTERSECTS(geometry, BBOX(73, 18, 135, 54))", 591),
        ("A_OVERLAPS(commodities, ('Nb', 'Ta'))", 656),
        ("A_CONTAINS(commodities, ('Nb', 'Ta')) AND NOT status = 'no-production'", 36),
        ("deposit_type NOT LIKE '%placer%'", 2639),
        (
            "province IN ('Jiangxi','Hunan') \
             OR province IS NULL AND stated_province IN ('Jiangxi','Hunan')",
            169,
        ),
        ("latitude ^ 2 + longitude ^ 2 < 900", 83),
    ] {
        let selection = Selection {
            dataset: vec!["all".into()],
            r#where: Some(condition.into()),
            ..Selection::default()
        };
        let selector = selection.resolve(gazetteer).unwrap();
        let count = catalogue().sites.iter().filter(|site| selector.matches(site)).count();
        assert_eq!(count, expected, "{condition}");
    }
}

#[test]
fn commands_take_a_condition_beside_the_flags_and_say_so() {
    let scratch = Scratch::new();
    let (china, rich) = (["--country", "China"], ["--where", "treo_percent > 1"]);
    let both = scratch.sites(&[china, rich].concat());
    let alone = (scratch.sites(&china), scratch.sites(&rich));
    assert!(0 < both && both < alone.0.min(alone.1), "{both} {alone:?}");

    let none = scratch.run(&["list", "--where", "name = 'nowhere'\n AND treo_mt > 1"]);
    let note = "no site matches: where: name = 'nowhere' AND treo_mt > 1";
    assert!(none.code == 0 && none.err.contains(note), "{}", none.err);

    let told = scratch.fails(2, &["list", "--where", "status == 'producer'"]);
    assert!(told.contains("where: column 9: expected a value, found ="), "{told}");
    let told = scratch.fails(2, &["count", "--by", "country", "--where", "stauts = 'producer'"]);
    assert!(told.contains("column 1: there is no property stauts"), "{told}");
    assert!(told.contains("did you mean status"), "{told}");
}

#[test]
fn a_figure_takes_a_condition_and_the_flag_takes_its_place() {
    let toml = |condition: &str| {
        format!(
            "title = \"Rich\"\n[frame]\ncountry = [\"China\"]\n[sites]\nwhere = \"{condition}\"\n"
        )
    };
    let parsed = Figure::parse(&toml("treo_percent > 5"), "rich.toml").unwrap();
    let flags = Selection { r#where: Some("treo_mt > 1".into()), ..Selection::default() };
    let taken = parsed.sites.clone().overridden_by(flags).r#where;
    assert_eq!(taken.as_deref(), Some("treo_mt > 1"));
    let kept = parsed.sites.overridden_by(Selection::default()).r#where;
    assert_eq!(kept.as_deref(), Some("treo_percent > 5"));

    let wrong = Figure::parse(&toml("treo_percent >> 5"), "rich.toml").unwrap_err().to_string();
    assert!(wrong.starts_with("rich.toml, line 5, column 9: where: column 15: "), "{wrong}");
}

#[test]
fn ports_go_by_what_they_share_with_sites() {
    let ports = &catalogue().ports;
    let of = |text: &str| {
        let filter = filter(text);
        ports.iter().filter(|port| filter.matches_port(port)).count()
    };
    let chinese = ports
        .iter()
        .filter(|port| port.place.country.as_ref().is_some_and(|country| country.code == "CHN"));
    let chinese = chinese.count();
    assert!(chinese > 0);
    assert_eq!(of("country_code = 'CHN'"), chinese);
    assert_eq!(of("country_code = 'CHN' AND latitude > 91"), 0);
    let southern = of("S_INTERSECTS(geometry, BBOX(73, 0, 135, 30)) AND country_code = 'CHN'");
    assert!(0 < southern && southern < chinese);
    // It is not about ports.
    assert_eq!(of("country_code = 'CHN' AND treo_mt > 1"), ports.len());
}
