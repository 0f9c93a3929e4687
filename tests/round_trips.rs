//! Points, whatever they hold, are the same once they are written and read again: from each format
//! that is written, and from each by way of each other.
//!
//! What a format can't hold is said by [`held`], and nothing else may be lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use reemap::Notices;
use reemap::dataset::{self, Dictionary, Reading};
use reemap::export::columns::Survey;
use reemap::export::plan::To;
use reemap::export::{Block, Columns, Format, Metadata, Order, Plan};
use reemap::property;
use reemap::site::Site;
use reemap::source::Cell;

/// The formats that are read back.
fn formats() -> Vec<Format> {
    let read = [Format::GeoJson, Format::GeoJsonSeq, Format::GeoJsonLines, Format::Csv];
    let parquet = Some(Format::GeoParquet).filter(|format| format.available().is_ok());
    read.into_iter().chain(parquet).collect()
}

/// A value that a source holds.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    None,
    Text(String),
    Integer(i64),
    Real(f64),
    Truth(bool),
}

/// A point that a source holds.
#[derive(Debug, Clone)]
struct Given {
    name: String,
    place: Option<[f64; 2]>,
    own: Vec<Value>,
}

/// Text of all sorts: formulas, quotes, delimiters, line ends, controls, marks that turn the
/// direction, what looks like a number, a date or null.
fn text() -> impl Strategy<Value = String> {
    let hazard = prop::sample::select(
        &[
            "=1+1",
            "+2",
            "-3",
            "@x",
            "'",
            "\"",
            "\"\"",
            ",",
            ";",
            "\t",
            "|",
            "\n",
            "\r\n",
            "\r",
            " ",
            "\u{0}",
            "\u{1}",
            "\u{1b}",
            "\u{7f}",
            "\u{85}",
            "\u{a0}",
            "\u{200b}",
            "\u{2028}",
            "\u{202e}",
            "\u{2066}",
            "\u{feff}",
            "\u{fffd}",
            "\u{ffff}",
            "\u{10ffff}",
            "白云鄂博",
            "e\u{301}",
            "🜚",
            "2024-02-29",
            "2024-02-29T12:00:00Z",
            "007",
            "1e5",
            "1,5",
            "NaN",
            "inf",
            "null",
            "true",
            "<b>&amp;",
            "\\",
            "/",
            "{}",
            "[1]",
            "POINT(1 2)",
            "%s",
            "_x000D",
            "a",
            "Z",
            "0",
        ][..],
    );
    prop_oneof![
        3 => prop::collection::vec(hazard, 0..5).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
}

fn real() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
        -1e6..1e6,
        prop::sample::select(
            &[
                0.0,
                -0.0,
                1.0,
                0.1,
                1e15,
                1e16,
                -1e-7,
                f64::MAX,
                f64::MIN,
                f64::MIN_POSITIVE,
                5e-324
            ][..]
        ),
    ]
}

fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -9_i64..10, Just(i64::MAX), Just(i64::MIN), Just((1 << 53) + 1)]
}

fn place() -> impl Strategy<Value = Option<[f64; 2]>> {
    let ends = |end: f64| prop_oneof![-end..=end, Just(end), Just(-end), Just(0.0), Just(1e-6)];
    prop_oneof![1 => Just(None), 6 => [ends(180.0), ends(90.0)].prop_map(Some)]
}

/// The values of a column: of one kind, or of all.
fn column(rows: usize) -> BoxedStrategy<Vec<Value>> {
    let all = |value: BoxedStrategy<Value>| {
        let value = prop_oneof![1 => Just(Value::None), 4 => value];
        prop::collection::vec(value, rows)
    };
    let kinds = |integers: BoxedStrategy<i64>| {
        [
            text().prop_map(Value::Text).boxed(),
            integers.prop_map(Value::Integer).boxed(),
            real().prop_map(Value::Real).boxed(),
            any::<bool>().prop_map(Value::Truth).boxed(),
        ]
    };
    // Whole numbers among others are of double precision where a column is of one type.
    let small = (-(1_i64 << 53)..=1 << 53).boxed();
    let mixed = prop::strategy::Union::new(kinds(small)).boxed();
    let kinds = kinds(integer().boxed());
    prop::strategy::Union::new(kinds.into_iter().chain([mixed]).map(all)).boxed()
}

/// Names of columns that are none of reemap's own, and differ by more than letter case.
fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text(), 1..4).prop_map(|ends| {
        let own = ends.iter().enumerate();
        own.map(|(at, end)| format!("own {at}{end}").replace('\0', "").trim().to_owned()).collect()
    })
}

fn points() -> impl Strategy<Value = (Vec<String>, Vec<Given>)> {
    (names(), 1_usize..6).prop_flat_map(|(names, rows)| {
        let columns: Vec<_> = names.iter().map(|_| column(rows)).collect();
        let named = prop::collection::vec((text(), place()), rows);
        (Just(names), named, columns).prop_map(|(names, named, columns)| {
            let of = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
            let rows = named.into_iter().enumerate();
            let points = rows.map(|(row, (name, place))| Given { name, place, own: of(row) });
            let mut points: Vec<Given> = points.collect();
            // Without any place it would be no table of points.
            points[0].place = Some([109.974_444, 41.8]);
            (names, points)
        })
    })
}

/// The source: GeoJSON by another writer.
fn source(names: &[String], points: &[Given]) -> String {
    let features = points.iter().map(|point| {
        let own = point.own.iter().map(|value| match value {
            Value::None => serde_json::Value::Null,
            Value::Text(text) => text.clone().into(),
            Value::Integer(number) => (*number).into(),
            Value::Real(number) => (*number).into(),
            Value::Truth(truth) => (*truth).into(),
        });
        let mut properties: serde_json::Map<_, _> = names.iter().cloned().zip(own).collect();
        properties.insert("name".into(), point.name.clone().into());
        let geometry =
            point.place.map(|place| serde_json::json!({"type": "Point", "coordinates": place}));
        serde_json::json!({"type": "Feature", "properties": properties, "geometry": geometry})
    });
    let features: Vec<_> = features.collect();
    serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()
}

/// The points of a file, with the columns of these names.
fn read(path: &Path, names: &[String]) -> Vec<Site> {
    let dictionary = Dictionary::default();
    let mut reading = Reading { own: names.to_vec(), ..Reading::plain(&dictionary) };
    let mut notices = Notices::default();
    let read = dataset::read_with(&[path.to_owned()], &mut reading, &mut notices);
    let read = read.unwrap_or_else(|error| panic!("{error}: {:?}", fs::read_to_string(path)));
    assert!(notices.lost.is_empty(), "{:?}", notices.lost);
    read.sites
}

/// Writes points as `reemap export` does.
fn write(path: &Path, format: Format, names: &[String], sites: &[Site]) {
    let asked: Vec<String> = ["name", "longitude", "latitude"].map(str::to_owned).into();
    let asked: Vec<String> = asked.into_iter().chain(names.iter().cloned()).collect();
    let mut columns = Columns::named(&asked, names).unwrap();
    if format != Format::Csv {
        let mut survey = Survey::new(&columns);
        sites.iter().for_each(|site| survey.add(site));
        columns.settle(&survey);
    }
    let plan = Plan { format, columns: &columns, order: Order::Input };
    let mut bytes = Vec::new();
    let mut writer = plan.writer(None, To { out: &mut bytes, scratch: None }).unwrap();
    let mut block = Block::default();
    sites.iter().for_each(|site| plan.add(site, None, &mut block));
    writer.take(block).unwrap();
    let sites: Vec<&Site> = sites.iter().collect();
    writer.finish(&Metadata::new(&sites, None, "0")).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What is compared of a point: its name, its place, and the values of its own columns as text.
type Facts = (String, Option<[f64; 2]>, Vec<Option<String>>);

fn facts(site: &Site) -> Facts {
    let own = site.own.cells.iter().map(spelt).collect();
    (site.name.clone(), site.point.map(property::coordinates), own)
}

/// A value as text: numbers alike however they are spelt and whatever holds them, for a column of
/// text all of which are numbers is one of numbers.
fn spelt(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Text(text) if text.trim().is_empty() => return Some(text.clone()),
        cell => cell.text()?,
    };
    let code = text.trim_start_matches('-');
    let is_code = code.starts_with('0') && code[1..].starts_with(|c: char| c.is_ascii_digit());
    let starts = code.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    match text.parse::<i64>() {
        Ok(number) if starts && !is_code => return Some(number.to_string()),
        _ => {}
    }
    match text.parse::<f64>() {
        // Whole numbers and zeros of both signs are integers too.
        Ok(number) if starts && !is_code && number.is_finite() => {
            let whole = number == number.trunc() && number.abs() < 9.2e18;
            Some(if whole { (number as i64).to_string() } else { format!("{number:?}") })
        }
        _ => Some(match cell {
            Cell::Text(text) => text.clone(),
            _ => text.into_owned(),
        }),
    }
}

/// Facts without blank text, which is none.
fn filled(mut facts: Vec<Facts>) -> Vec<Facts> {
    let values = facts.iter_mut().flat_map(|(_, _, own)| own);
    values.for_each(|value| *value = value.take().filter(|text| !text.trim().is_empty()));
    facts
}

/// What is left of facts in a format.
fn held(format: Format, facts: Vec<Facts>) -> Vec<Facts> {
    if format != Format::Csv {
        return facts;
    }
    let last = |at: usize, width: usize| at + 1 == width;
    facts
        .into_iter()
        .map(|(name, place, own)| {
            let width = own.len();
            let own = own.into_iter().enumerate().map(|(at, text)| {
                // NUL is left out, a line ends with a line feed, and what would be a formula has
                // an apostrophe before it.
                let text = guarded(&text?.replace('\0', "")).replace("\r\n", "\n");
                let text = match last(at, width) {
                    true => text.strip_suffix('\r').unwrap_or(&text).to_owned(),
                    false => text,
                };
                spelt(&Cell::Text(text))
            });
            (guarded(&name), place, own.collect())
        })
        .collect()
}

/// A text as a spreadsheet does not run it.
fn guarded(text: &str) -> String {
    let number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky && !(number && text.starts_with('-')) { format!("'{text}") } else { text.to_owned() }
}

/// The points of a FlatGeobuf, by another reader, in the order of their first own column.
fn of_flatgeobuf(path: &Path, names: &[String]) -> Vec<Facts> {
    use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};

    let file = std::io::BufReader::new(fs::File::open(path).unwrap());
    let mut features = FgbReader::open(file).unwrap().select_all().unwrap();
    let mut all = Vec::new();
    while let Some(feature) = features.next().unwrap() {
        let mut texts = feature.properties().unwrap();
        let name = texts.remove("name").unwrap();
        let place = feature.fbs_feature().geometry().map(|geometry| {
            let xy = geometry.xy().unwrap();
            [xy.get(0), xy.get(1)]
        });
        let own = names.iter().map(|name| spelt(&Cell::Text(texts.remove(name)?)));
        all.push((name, place, own.collect()));
    }
    in_order(all)
}

/// The points of a GeoPackage, by SQLite itself, in the order of their first own column.
#[cfg(feature = "geopackage")]
fn of_geopackage(path: &Path, names: &[String]) -> Vec<Facts> {
    use rusqlite::types::Value as Sql;

    let database = rusqlite::Connection::open(path).unwrap();
    let asked: Vec<String> =
        names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\""))).collect();
    let kinds = "SELECT type FROM pragma_table_info('sites') WHERE name = ?";
    let is_boolean = |at: usize| {
        let kind = database.query_row(kinds, [&names[at]], |row| row.get::<_, String>(0));
        kind.unwrap() == "BOOLEAN"
    };
    let sql = format!("SELECT geom, name, {} FROM sites", asked.join(", "));
    let mut query = database.prepare(&sql).unwrap();
    let rows = query.query_map([], |row| {
        // Eight bytes of a head, five of a point in well-known binary.
        let place = row.get::<_, Option<Vec<u8>>>(0)?.map(|blob| {
            [13, 21].map(|at| f64::from_le_bytes(blob[at..at + 8].try_into().unwrap()))
        });
        let own = (2..2 + names.len()).map(|at| {
            Ok(match row.get(at)? {
                // SQLite has no truth values.
                Sql::Integer(number) if is_boolean(at - 2) => spelt(&Cell::Boolean(number != 0)),
                Sql::Integer(number) => spelt(&Cell::Integer(number)),
                Sql::Real(number) => spelt(&Cell::Real(number)),
                Sql::Text(text) => spelt(&Cell::Text(text)),
                Sql::Null | Sql::Blob(_) => None,
            })
        });
        Ok((row.get(1)?, place, own.collect::<rusqlite::Result<_>>()?))
    });
    in_order(rows.unwrap().map(Result::unwrap).collect())
}

fn in_order(mut all: Vec<Facts>) -> Vec<Facts> {
    let number = |facts: &Facts| facts.2[0].as_ref().map(|text| text.parse::<u64>().unwrap());
    all.sort_by_key(number);
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn every_format_gives_back_what_it_holds((names, points) in points()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.geojson");
        fs::write(&path, source(&names, &points)).unwrap();
        let sites = read(&path, &names);
        prop_assert_eq!(sites.len(), points.len());
        let all: Vec<Facts> = sites.iter().map(facts).collect();
        for one in formats() {
            let path = folder.path().join(format!("one.{}", one.extensions()[0]));
            write(&path, one, &names, &sites);
            let sites = read(&path, &names);
            let first: Vec<Facts> = sites.iter().map(facts).collect();
            prop_assert_eq!(filled(first.clone()), filled(held(one, all.clone())), "{:?}", one);
            for other in formats() {
                let path = folder.path().join(format!("other.{}", other.extensions()[0]));
                write(&path, other, &names, &sites);
                let second: Vec<Facts> = read(&path, &names).iter().map(facts).collect();
                prop_assert_eq!(filled(second), filled(held(other, first.clone())), "{:?} by way of {:?}", other, one);
            }
        }
    }

    #[test]
    fn other_readers_find_what_is_written((names, points) in points()) {
        // A number tells the points apart, whose order is the format's own.
        let (mut names, mut points) = (names, points);
        names.insert(0, "number".into());
        for (number, point) in points.iter_mut().enumerate() {
            point.own.insert(0, Value::Integer(number as i64));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.geojson");
        fs::write(&path, source(&names, &points)).unwrap();
        let sites = read(&path, &names);
        let all = filled(sites.iter().map(facts).collect());
        let path = folder.path().join("points.fgb");
        write(&path, Format::FlatGeobuf, &names, &sites);
        prop_assert_eq!(filled(of_flatgeobuf(&path, &names)), all.clone());
        #[cfg(feature = "geopackage")]
        {
            let path = folder.path().join("points.gpkg");
            write(&path, Format::GeoPackage, &names, &sites);
            prop_assert_eq!(filled(of_geopackage(&path, &names)), all);
        }
    }
}
