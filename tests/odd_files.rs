//! Whatever file is given: an answer, what was assumed or left out with a word on it, or an error
//! that names the file and the cause. Never a panic, a hang, or memory out of proportion.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Numbers, members};
use zip::write::SimpleFileOptions;

mod common;

/// What has to come of a file when its sites are counted.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    /// So many sites, and no word.
    Sites(usize),
    /// So many sites, with this word.
    Word(usize, &'static str),
    /// An error with this word.
    Refused(&'static str),
}

use Outcome::{Refused, Sites, Word};

/// How long a run may take before it hangs: by far longer than any does.
const HANG: Duration = Duration::from_secs(60);

/// How many bytes of memory a run may ask for, in KiB: by far more than any needs.
const MEMORY: u64 = 2 << 20;

/// What a run left behind; it panics where the run hung, crashed, or a part of it panicked.
struct Run {
    code: i32,
    out: String,
    err: String,
}

fn run(args: &[&str]) -> Run {
    // A shell that limits the memory, where there is one.
    let mut command = if cfg!(target_os = "linux") {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")]);
        command.arg(env!("CARGO_BIN_EXE_reemap"));
        command
    } else {
        Command::new(env!("CARGO_BIN_EXE_reemap"))
    };
    let mut child = command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let read = std::thread::spawn(move || {
        let mut text = Vec::new();
        stderr.read_to_end(&mut text).unwrap();
        text
    });
    let out = std::thread::spawn(move || {
        let mut text = Vec::new();
        stdout.read_to_end(&mut text).unwrap();
        text
    });
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > HANG {
            child.kill().unwrap();
            panic!("{args:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(out.join().unwrap()), text(read.join().unwrap()));
    assert!(!err.contains("panicked"), "{args:?}: {err}");
    let code = status.code().unwrap_or_else(|| panic!("{args:?} crashed, {status}: {err}"));
    assert!(matches!(code, 0 | 1), "{args:?}: exit code {code}: {err}");
    Run { code, out, err }
}

/// Runs jobs on both cores.
fn on_both<T: Send>(jobs: Vec<T>, work: impl Fn(T) + Sync) {
    let jobs = std::sync::Mutex::new(jobs.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(job) = jobs.lock().unwrap().next() else { break };
                    work(job);
                }
            });
        }
    });
}

/// Writes files to a folder of their own and counts the sites of the first.
fn holds(name: &str, files: &BTreeMap<String, Vec<u8>>, given: &str, outcome: Outcome) {
    let folder = tempfile::tempdir().unwrap();
    for (file, bytes) in files {
        fs::write(folder.path().join(file), bytes).unwrap();
    }
    let path = folder.path().join(given);
    let path = path.to_str().unwrap();
    let run = run(&["count", "--by", "dataset", "--format", "json", "--data", path]);
    let context = format!("{name}: {outcome:?}, but {}\n{}{}", run.code, run.out, run.err);
    let counted = || -> usize {
        let rows: serde_json::Value =
            serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{context}"));
        rows.as_array().unwrap().iter().map(|row| row["count"].as_u64().unwrap() as usize).sum()
    };
    // That none of the sites is known to be of rare earths is no matter here.
    let words = run.err.lines().filter(|line| !line.contains("no product or commodity"));
    let words: Vec<&str> = words.collect();
    match outcome {
        Sites(sites) => {
            assert_eq!((run.code, counted(), words.len()), (0, sites, 0), "{context}");
        }
        Word(sites, word) => {
            assert_eq!((run.code, counted()), (0, sites), "{context}");
            assert!(words.iter().any(|line| line.contains(word)), "{context}");
        }
        Refused(word) => {
            assert_eq!((run.code, run.out.as_str()), (1, ""), "{context}");
            let place = Path::new(path).with_extension("");
            let is_named = run.err.contains(place.to_str().unwrap());
            assert!(run.err.contains(word) && is_named, "{context}");
            assert!(run.err.len() < 4000, "{context}");
        }
    }
}

fn one(name: &str, bytes: impl Into<Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([(name.to_owned(), bytes.into())])
}

const TABLE: &str = "name,longitude,latitude\nBayan Obo,109.97,41.8\nMountain Pass,-115.53,35.48\n";

fn utf16(text: &str, mark: bool, little: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn encoded(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

#[test]
fn tables_of_text() {
    let chinese = "name,longitude,latitude\n白云鄂博,109.97,41.8\n";
    let table = |rows: &str| format!("name,longitude,latitude\n{rows}\n").into_bytes();
    let cases: Vec<(&str, Vec<u8>, Outcome)> = vec![
        ("a mark", [b"\xEF\xBB\xBF", TABLE.as_bytes()].concat(), Sites(2)),
        ("utf-16 le", utf16(chinese, true, true), Word(1, "UTF-16LE, by its byte order mark")),
        ("utf-16 be", utf16(chinese, true, false), Word(1, "UTF-16BE, by its byte order mark")),
        ("utf-16 le, no mark", utf16(TABLE, false, true), Word(2, "UTF-16LE, by where")),
        ("utf-16 be, no mark", utf16(TABLE, false, false), Word(2, "UTF-16BE, by where")),
        ("utf-32", b"\xFF\xFE\0\0n\0\0\0".to_vec(), Refused("text in UTF-32")),
        ("gbk", encoded(chinese, encoding_rs::GBK), Word(1, "read as GB18030")),
        (
            "latin",
            encoded("name,x,y\nÅngström,18,60\n", encoding_rs::WINDOWS_1252),
            Word(1, "1252"),
        ),
        ("cr", TABLE.replace('\n', "\r").into(), Sites(2)),
        ("cr lf", TABLE.replace('\n', "\r\n").into(), Sites(2)),
        ("semicolons", TABLE.replace(',', ";").into(), Sites(2)),
        ("tabs", TABLE.replace(',', "\t").into(), Sites(2)),
        ("bars", TABLE.replace(',', "|").into(), Sites(2)),
        ("decimal commas", "name;x;y\nA;109,97;41,8\n".into(), Word(1, "a decimal comma")),
        ("decimal commas or not", "name;x;y\nA;1.109,97;41,8\n".into(), Word(1, "1.109,97")),
        ("degrees", table("A,109°58'12\"\"E,41°48'N"), Word(1, "degrees, minutes and seconds")),
        (
            "sep=",
            format!("sep=;\n{}", TABLE.replace(',', ";")).into(),
            Word(2, "row 1 stands above"),
        ),
        (
            "a title",
            format!("Mines of the world,,\n\n{TABLE}").into(),
            Word(2, "Mines of the world"),
        ),
        ("a remark", format!("# from somewhere\n{TABLE}").into(), Word(2, "# from somewhere")),
        ("NUL", table("A\0B,1,2"), Word(1, "1 NUL character")),
        ("Ctrl-Z", format!("{TABLE}\x1a").into(), Sites(2)),
        ("blank lines", format!("\n\n{TABLE}\n  \n\n").into(), Sites(2)),
        ("short rows", table("A,1\nB,1,2"), Word(1, "row 2: has 2 fields where the header has 3")),
        ("long rows", table("A,1,2,3,4\nB,1,2"), Word(1, "row 2: has 5 fields")),
        ("delimiters at the end", "name,x,y,\nA,1,2,\n".into(), Sites(1)),
        ("an open quote", table("\"A,1,2\nB,1,2"), Refused("row 2: opens a quote")),
        ("repeated names", "name,x,y,name\nA,1,2,B\n".into(), Word(1, "name (2)")),
        ("no numbers", table("A,NaN,1\nB,inf,1\nC,1e400,1\nD,x,1"), Word(4, "\"inf\" is no")),
        ("eastward", table("A,244.47,35.48"), Word(1, "west of Greenwich")),
        ("exchanged", table("A,41.8,109.97"), Word(1, "may be exchanged")),
        ("metres", table("A,400000,4640000"), Word(1, "metres of a map")),
        ("nowhere", table("A,0,0"), Word(1, "isn't known")),
        ("a long number", table(&format!("A,{},1", "9".repeat(9000))), Word(1, "9…\" is no")),
        ("a long field", table(&format!("{},1,2", "A".repeat(3_000_000))), Sites(1)),
        (
            "many columns",
            format!("x,y{}\n1,2{}\n", ",c".repeat(9000), ",".repeat(9000)).into(),
            Word(1, "repeated name"),
        ),
        ("other columns", format!("a{}\n", ",b".repeat(9000)).into(), Refused("and 8981 more")),
        ("no rows", "name,x,y\n".into(), Word(0, "no site was read")),
        ("nothing", Vec::new(), Refused("an empty file")),
        ("blanks", b"\n \n".to_vec(), Refused("nothing but white space")),
        ("a web page", "<html><body>404</body></html>".into(), Refused("a web page")),
        ("an error", "<?xml version=\"1.0\"?><Error/>".into(), Refused("an XML file")),
        ("json", "{\"error\":\"not found\"}".into(), Refused("JSON under the name of a table")),
        ("gzip", b"\x1F\x8B\x08\0\0\0".to_vec(), Refused("a gzip archive")),
        ("binary", [0, 1, 2, 3, 255].repeat(99), Refused("a binary file")),
    ];
    on_both(cases, |(name, bytes, outcome)| holds(name, &one("a.csv", bytes), "a.csv", outcome));
}

#[test]
fn geojson() {
    let feature = |geometry: &str| {
        format!(r#"{{"type":"Feature","properties":{{"name":"A"}},"geometry":{geometry}}}"#)
    };
    let point = |at: &str| feature(&format!(r#"{{"type":"Point","coordinates":{at}}}"#));
    let sound = point("[109.97,41.8]");
    let collection = |features: &[&str]| {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    };
    let beside = |at: &str| collection(&[&point(at), &sound]);
    let polygon =
        |at: &str| collection(&[&feature(&format!(r#"{{"type":"Polygon","coordinates":{at}}}"#))]);
    let whole = collection(&[&sound]);
    let cases: Vec<(&str, Vec<u8>, Outcome)> = vec![
        ("sound", whole.clone().into(), Sites(1)),
        ("a mark", format!("\u{feff}{whole}").into(), Sites(1)),
        ("utf-16", utf16(&whole, false, true), Word(1, "UTF-16LE")),
        ("cut off", whole[..whole.len() - 2].into(), Refused("the file is cut off")),
        ("more behind", format!("{whole}xyz").into(), Refused("is malformed at line 1")),
        (
            "a comma too many",
            whole.replace("}}]", "}},]").into(),
            Refused("is malformed at line 1"),
        ),
        ("no number", beside("[NaN,1]").into(), Word(1, "row 1: is malformed at line 1, column")),
        ("too large", beside("[1e999,1]").into(), Word(1, "number out of range")),
        ("far off", beside("[1e300,1]").into(), Word(2, "longitude 1e300")),
        ("one number", beside("[1]").into(), Word(1, "two or more elements")),
        ("none", beside("[]").into(), Word(1, "two or more elements")),
        ("text", beside("[\"1\",\"2\"]").into(), Word(1, "a geometry that cannot be read")),
        ("nulls", beside("[null,null]").into(), Word(1, "a geometry that cannot be read")),
        ("an object", beside("{\"x\":1}").into(), Word(1, "a geometry that cannot be read")),
        ("four numbers", beside("[109,41,3,4]").into(), Sites(2)),
        ("no geometry", collection(&[&feature("null"), &sound]).into(), Sites(2)),
        (
            "an unknown one",
            collection(&[&feature(r#"{"type":"Circle"}"#), &sound]).into(),
            Word(1, "Circle"),
        ),
        (
            "a short ring",
            polygon("[[[0,0],[9],[9,9],[0,0]]]").into(),
            Refused("fewer than two numbers"),
        ),
        ("no features", collection(&[]).into(), Refused("it has no rows")),
        (
            "others",
            collection(&["3", "null", "\"x\"", "{}", &sound]).into(),
            Word(1, "row 1: at line 1, column 41 is not an object"),
        ),
        (
            "too deep",
            format!("{{\"type\":\"Point\",\"coordinates\":{}", "[".repeat(99_999)).into(),
            Refused("cut off"),
        ),
        (
            "deep",
            point(&format!("{}{}", "[".repeat(999), "]".repeat(999))).into(),
            Refused("recursion limit"),
        ),
        ("topology", r#"{"type":"Topology","objects":{},"arcs":[]}"#.into(), Refused("a TopoJSON")),
        ("other json", r#"{"elements":[{"lat":1,"lon":2}]}"#.into(), Refused("is not GeoJSON")),
        ("a list", "[]".into(), Refused("is not GeoJSON")),
        (
            "a system",
            whole
                .replace(
                    "\"features\"",
                    r#""crs":{"type":"name","properties":{"name":"EPSG:999999"}},"features""#,
                )
                .into(),
            Refused("EPSG:999999"),
        ),
        ("lines", format!("{sound}\n\n{sound}\n").into(), Sites(2)),
        (
            "a broken line",
            format!("{sound}\n{{x\n{sound}\n").into(),
            Refused("at line 2, column 2"),
        ),
        ("separators", format!("\u{1e}{sound}\n\u{1e}{sound}\n").into(), Sites(2)),
        ("areas alone", polygon("[[[0,0],[9,0],[9,9],[0,0]]]").into(), Refused("hold no sites")),
    ];
    on_both(cases, |(name, bytes, outcome)| {
        holds(name, &one("a.geojson", bytes), "a.geojson", outcome);
    });
}

/// Rows that a small archive unpacks to are passed over, and not held: their sites would take more
/// than the bound of memory.
#[test]
fn what_a_small_archive_holds_many_of_is_not_held() {
    let rows = b"A,109.97,41.8\n".repeat(3_000_000);
    let table = [b"name,longitude,latitude\n", &rows[..]].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    fs::write(&path, zipped(&[("a.csv", &table)])).unwrap();
    assert!(fs::metadata(&path).unwrap().len() < table.len() as u64 / 100);
    let path = path.to_str().unwrap();
    let described = run(&["describe", path]);
    assert!(described.out.contains("read as: sites of points: 3000000 sites"), "{}", described.err);
    let counted = run(&["count", "--by", "country", "--format", "csv", "--data", path]);
    assert!(counted.out.contains("CHN,China,3000000"), "{}{}", counted.out, counted.err);
}

/// The files of a sound shapefile of three points, by ending.
fn shapefile() -> BTreeMap<String, Vec<u8>> {
    let table = shapefile::dbase::TableWriterBuilder::new()
        .add_character_field("name".try_into().unwrap(), 20)
        .add_numeric_field("value".try_into().unwrap(), 10, 2);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    let mut writer = shapefile::Writer::from_path(&path, table).unwrap();
    for number in 0..3 {
        let mut record = shapefile::dbase::Record::default();
        let name = shapefile::dbase::FieldValue::Character(Some(format!("Mine {number}")));
        record.insert("name".into(), name);
        record.insert("value".into(), shapefile::dbase::FieldValue::Numeric(Some(1.5)));
        let point = shapefile::Point::new(110.0 + f64::from(number), 41.0);
        writer.write_shape_and_record(&point, &record).unwrap();
    }
    drop(writer);
    let mut files: BTreeMap<String, Vec<u8>> = ["shp", "shx", "dbf"]
        .iter()
        .map(|ending| (format!("a.{ending}"), fs::read(path.with_extension(ending)).unwrap()))
        .collect();
    files.insert("a.prj".into(), WGS_84.into());
    files
}

const WGS_84: &str = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]"#;

#[test]
fn shapefiles() {
    type Change = Box<dyn Fn(&mut BTreeMap<String, Vec<u8>>) + Send + Sync>;
    let without = |ending: &'static str| -> Change {
        Box::new(move |files| drop(files.remove(&format!("a.{ending}"))))
    };
    let put = |ending: &'static str, at: usize, bytes: &'static [u8]| -> Change {
        Box::new(move |files| {
            let file = files.get_mut(&format!("a.{ending}")).unwrap();
            file[at..at + bytes.len()].copy_from_slice(bytes);
        })
    };
    let is = |ending: &'static str, bytes: &'static [u8]| -> Change {
        Box::new(move |files| drop(files.insert(format!("a.{ending}"), bytes.to_vec())))
    };
    let cut = |ending: &'static str, keep: usize| -> Change {
        Box::new(move |files| files.get_mut(&format!("a.{ending}")).unwrap().truncate(keep))
    };
    // A point is 28 bytes with its header, and begins at byte 100; a record of the table is 31.
    let cases: Vec<(&str, Change, Outcome)> = vec![
        ("sound", Box::new(|_| ()), Sites(3)),
        ("no index", without("shx"), Sites(3)),
        ("no table", without("dbf"), Word(3, "there is no .dbf")),
        ("no system", without("prj"), Word(3, "there is no .prj")),
        ("an empty system", is("prj", b" \n"), Word(3, "the .prj is empty")),
        ("no known system", is("prj", b"GEOGCS[GEOGCS["), Refused("a system that is not known")),
        ("an empty index", is("shx", b""), Word(3, "the .shx is broken")),
        ("a cut index", cut("shx", 110), Word(3, "the .shx is broken")),
        ("a lying index", put("shx", 100, b"\x7F\xFF\xFF\xFF"), Word(3, "the .shx is broken")),
        ("an unknown encoding", is("cpg", b"KLINGON"), Word(3, "unknown encoding: KLINGON")),
        ("a table of nothing", is("dbf", b""), Refused("remove it to have the shapes")),
        (
            "a cut table",
            cut("dbf", 97 + 31),
            Word(1, "the .dbf says it holds 3 records, but holds 1"),
        ),
        ("more records", put("dbf", 4, b"\xFF\xFF\xFF\xFF"), Word(3, "4294967295 records")),
        ("fewer records", put("dbf", 4, b"\x02\0\0\0"), Word(2, "the .dbf ends before it")),
        ("a deleted record", put("dbf", 97 + 31, b"*"), Word(2, "is marked as deleted")),
        ("narrow records", put("dbf", 10, b"\x1E\0"), Word(3, "the last is cut")),
        ("very narrow records", put("dbf", 10, b"\x02\0"), Refused("bytes of 2 in a record")),
        ("no width", put("dbf", 10, b"\0\0"), Refused("bytes of 0 in a record")),
        ("within the header", cut("shp", 99), Refused("ends after 99 bytes")),
        ("after the header", cut("shp", 100), Refused("ends after its header")),
        ("within a shape", cut("shp", 120), Refused("cut off within the shape at byte 100")),
        ("a long file", put("shp", 24, b"\x3F\0\0\0"), Word(3, "the .shp says it has 2113929216")),
        ("a long shape", put("shp", 104, b"\x3F\0\0\0"), Refused("cut off within the shape")),
        ("an unknown shape", put("shp", 32, b"\x63\0\0\0"), Refused("is a damaged shapefile")),
        ("no shapefile", put("shp", 0, b"\0\0\0\0"), Refused("is a damaged shapefile")),
        ("another shape", put("shp", 108, b"\x05\0\0\0"), Word(2, "row 1: is a damaged shape")),
        ("no number", put("shp", 112, &[0, 0, 0, 0, 0, 0, 0xF8, 0x7F]), Word(2, "no number")),
        ("infinity", put("shp", 112, &[0, 0, 0, 0, 0, 0, 0xF0, 0x7F]), Word(2, "no number")),
    ];
    on_both(cases, |(name, change, outcome)| {
        let mut files = shapefile();
        change(&mut files);
        holds(name, &files, "a.shp", outcome);
    });
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The bytes with some of them replaced where another stretch is found.
fn replaced(bytes: &[u8], find: &[u8], after: usize, by: &[u8]) -> Vec<u8> {
    let at = bytes.windows(find.len()).position(|window| window == find).unwrap() + after;
    let mut bytes = bytes.to_vec();
    bytes[at..at + by.len()].copy_from_slice(by);
    bytes
}

#[test]
fn archives() {
    let table = TABLE.as_bytes();
    let sound = zipped(&[("a.csv", table)]);
    let directory = b"PK\x01\x02";
    let cases: Vec<(&str, Vec<u8>, Outcome)> = vec![
        ("sound", sound.clone(), Sites(2)),
        ("a way out", zipped(&[("../../../../../../tmp/escaped.csv", table)]), Sites(2)),
        ("a root", zipped(&[("/escaped.csv", table)]), Sites(2)),
        ("a drive", zipped(&[("C:\\escaped.csv", table)]), Sites(2)),
        ("a program before it", [b"#!/bin/sh\n", &sound[..]].concat(), Sites(2)),
        (
            "what systems leave",
            zipped(&[("__MACOSX/._a.csv", b"\0\x05"), ("a.csv", table)]),
            Sites(2),
        ),
        ("a zip in it", zipped(&[("b.zip", &sound)]), Refused("a zip within a zip")),
        (
            "beside a zip",
            zipped(&[("b.zip", &sound), ("a.csv", table)]),
            Word(2, "a zip within a zip"),
        ),
        ("nothing", zipped(&[]), Refused("holds no files")),
        ("hidden", zipped(&[(".a.csv", table)]), Refused("holds no files")),
        ("a page", zipped(&[("index.html", b"<html>")]), Refused("index.html (a web page)")),
        ("a bomb", zipped(&[("a.csv", &vec![b' '; 300 << 20])]), Refused("than real data would")),
        ("cut off", sound[..sound.len() / 2].into(), Refused("is a damaged zip")),
        ("other bytes", replaced(&sound, b"a.csv", 9, b"\xFF\xFF"), Refused("cannot be unpacked")),
        (
            "a lying size",
            replaced(&sound, directory, 24, b"\xFF\xFF\xFF\x7F"),
            Refused("than real data would"),
        ),
        (
            "a lying place",
            replaced(&sound, directory, 42, b"\xFF\xFF\xFF\x0F"),
            Refused("is a damaged zip"),
        ),
        (
            "locked",
            replaced(&replaced(&sound, directory, 8, b"\x01"), b"PK\x03\x04", 6, b"\x01"),
            Refused("Password required"),
        ),
    ];
    on_both(cases, |(name, bytes, outcome)| holds(name, &one("a.zip", bytes), "a.zip", outcome));
    assert!(!Path::new("/tmp/escaped.csv").exists() && !Path::new("/escaped.csv").exists());
}

/// A workbook of one sheet, or of more, each with its rows of XML.
fn workbook(sheets: &[(&str, &str, &str)]) -> Vec<u8> {
    let list: String = sheets
        .iter()
        .enumerate()
        .map(|(at, (name, state, _))| {
            format!(r#"<sheet name="{name}" sheetId="{0}" state="{state}" r:id="r{0}"/>"#, at + 1)
        })
        .collect();
    let links: String = (1..=sheets.len())
        .map(|at| {
            format!(r#"<Relationship Id="r{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{at}.xml"/>"#)
        })
        .collect();
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
    );
    let links = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#
    );
    let names: Vec<String> =
        (1..=sheets.len()).map(|at| format!("xl/worksheets/sheet{at}.xml")).collect();
    let texts: Vec<String> = sheets
        .iter()
        .map(|(.., rows)| {
            format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#)
        })
        .collect();
    let mut members: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
    ];
    members.extend(names.iter().map(String::as_str).zip(texts.iter().map(String::as_bytes)));
    zipped(&members)
}

/// Rows of a sheet: text where it isn't a number.
fn rows(first: u32, rows: &[&[&str]]) -> String {
    (first..)
        .zip(rows)
        .map(|(number, row)| {
            let cells = row.iter().zip('A'..).map(|(cell, column)| {
                let at = format!("{column}{number}");
                match cell.parse::<f64>() {
                    Ok(_) => format!(r#"<c r="{at}"><v>{cell}</v></c>"#),
                    Err(_) => format!(r#"<c r="{at}" t="inlineStr"><is><t>{cell}</t></is></c>"#),
                }
            });
            format!(r#"<row r="{number}">{}</row>"#, cells.collect::<String>())
        })
        .collect()
}

#[test]
fn workbooks() {
    let header: &[&str] = &["name", "longitude", "latitude"];
    let two = rows(1, &[header, &["A", "109.97", "41.8"], &["B", "-115.5", "35.5"]]);
    let sheet = |rows: &str| workbook(&[("mines", "visible", rows)]);
    let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let cases: Vec<(&str, Vec<u8>, Outcome)> = vec![
        ("sound", sheet(&two), Sites(2)),
        (
            "a title",
            sheet(&rows(1, &[&["Mines"], header, &["A", "1", "2"]])),
            Word(1, "row 1 stands above"),
        ),
        ("two sheets", workbook(&[("a", "visible", &two), ("b", "visible", &two)]), Sites(4)),
        (
            "a hidden one",
            workbook(&[("a", "visible", &two), ("b", "hidden", &two)]),
            Word(2, "hidden are left out: b"),
        ),
        ("hidden all", workbook(&[("a", "hidden", &two)]), Sites(2)),
        (
            "an empty one",
            workbook(&[("a", "visible", &two), ("b", "visible", "")]),
            Word(2, "without cells"),
        ),
        ("no cells", sheet(""), Refused("without a filled sheet")),
        ("a cell far off", sheet(far), Refused("no longitude and latitude columns")),
        ("farther", sheet(&two.replace("A3", "XFE3")), Refused("which no sheet has")),
        ("beyond all", sheet(&two.replace("A3", "AAAAAAAAAAA3")), Refused("is a damaged workbook")),
        ("no place", sheet(&two.replace("A3", "???")), Refused("is a damaged workbook")),
        (
            "text for numbers",
            sheet(&rows(1, &[header, &["A", "109,97", "41,8"]])),
            Word(1, "decimal comma"),
        ),
        ("open tags", sheet("<row><c><v>"), Refused("is a damaged workbook")),
        ("a deep one", sheet(&"<a>".repeat(99_999)), Refused("without a filled sheet")),
        ("an entity", sheet(&two.replace(">A<", ">&xxe;<")), Refused("unrecognized entity")),
        ("a table", TABLE.into(), Sites(2)),
        (
            "an old workbook",
            b"\xD0\xCF\x11\xE0\0\0\0\0".to_vec(),
            Refused("an old binary Office file"),
        ),
        ("cut off", sheet(&two)[..400].into(), Refused("is a damaged zip")),
    ];
    on_both(cases, |(name, bytes, outcome)| holds(name, &one("a.xlsx", bytes), "a.xlsx", outcome));
}

/// The bytes as damage leaves them: cut off, or with some of them replaced.
fn damaged(sound: &[u8], round: usize, numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    if round.is_multiple_of(3) {
        bytes.truncate(numbers.below(sound.len()));
        return bytes;
    }
    for _ in 0..[1, 1, 2, 5, 20][numbers.below(5)] {
        let at = numbers.below(bytes.len());
        bytes[at] = [0, 0xFF, 0x80, numbers.below(256) as u8][numbers.below(4)];
    }
    bytes
}

#[test]
fn damaged_files_of_every_format_are_read_in_part_or_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gdb");
    let rows = rows(1, &[&["name", "x", "y"], &["A", "109.97", "41.8"], &["B", "1", "2"]]);
    let mut sound: Vec<(&str, Vec<u8>)> = vec![
        ("a.csv", format!("{TABLE}\"C, D\",1,2\n").repeat(3).into()),
        ("a.xlsx", workbook(&[("a", "visible", &rows)])),
        ("a.zip", zipped(&[("a.csv", TABLE.as_bytes())])),
        ("a.gdb.zip", fs::read(fixtures.join("v4.gdb.zip")).unwrap()),
    ];
    let exports: &[&str] = match cfg!(feature = "geoparquet") {
        true => &["a.geojson", "a.geojsonl", "b.csv", "a.parquet"],
        false => &["a.geojson", "a.geojsonl", "b.csv"],
    };
    for name in exports {
        let path = scratch.path().join(name);
        let args = ["export", "--dataset", "curated", "-q", "-o", path.to_str().unwrap()];
        assert_eq!(run(&args).code, 0);
        sound.push((name, fs::read(&path).unwrap()));
    }

    let mut numbers = Numbers::new();
    let mut jobs: Vec<PathBuf> = Vec::new();
    let mut folder = |name: &str| {
        let folder = scratch.path().join(format!("{}{name}", jobs.len()));
        fs::create_dir(&folder).unwrap();
        jobs.push(folder.clone());
        folder
    };
    for round in 0..40 {
        for (name, bytes) in &sound {
            fs::write(folder("").join(name), damaged(bytes, round, &mut numbers)).unwrap();
        }
        for archive in ["mixed", "old", "pro32", "shapes"] {
            let folder = folder(".gdb");
            let members = members(&fixtures.join(format!("{archive}.gdb.zip")));
            let is_table = |(_, name): &(usize, &String)| name.contains(".gdbtabl");
            let tables: Vec<usize> =
                members.keys().enumerate().filter(is_table).map(|(at, _)| at).collect();
            let chosen = tables[numbers.below(tables.len())];
            for (at, (name, bytes)) in members.into_iter().enumerate() {
                let bytes = if at == chosen { damaged(&bytes, round, &mut numbers) } else { bytes };
                fs::write(folder.join(name), bytes).unwrap();
            }
        }
        let folder = folder("");
        let files = shapefile();
        let chosen = numbers.below(files.len());
        for (at, (name, bytes)) in files.into_iter().enumerate() {
            let bytes = if at == chosen { damaged(&bytes, round, &mut numbers) } else { bytes };
            fs::write(folder.join(name), bytes).unwrap();
        }
    }
    on_both(jobs, |folder| {
        let path = folder.to_str().unwrap();
        for args in [&["describe", path][..], &["count", "--by", "country", "--data", path]] {
            let run = run(args);
            let tells = run.code == 0 || run.err.contains("error: ");
            assert!(tells && run.err.len() < 100_000, "{args:?}: {}", run.err);
        }
    });
}
