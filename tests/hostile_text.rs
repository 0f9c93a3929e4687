//! Names that would be markup, orders or formulas somewhere are text everywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::fs;

use common::Scratch;
use reemap::export::Columns;
use resvg::usvg::roxmltree;

mod common;

/// Names, and the same as text that no program obeys: without control characters and marks that
/// turn the direction of what follows.
const NAMES: [&str; 15] = [
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    "a & b \"q\" 'q' ]]> <!-- -->",
    "=HYPERLINK(\"http://x\",\"y\")",
    "@SUM(1)",
    "+1",
    "-1+2",
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "left\u{202e}thgir\u{2066}",
    "two\nlines\r\nand three",
    "cell | `code` [link](javascript:alert(1)) **bold**",
    "\u{1}\u{9b}31m\u{fffe}\u{ffff}",
    "{{7*7}} ${x} %s %n ../../etc/passwd",
    "'; DROP TABLE sites; --",
    "\u{2028}\u{2029}\u{85}",
];

/// What a terminal obeys, or shows in another order than it stands.
fn commands(text: &str) -> Option<char> {
    text.chars().find(|letter| {
        (letter.is_control() && *letter != '\n')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

fn points() -> Scratch {
    let scratch = Scratch::new();
    let mut writer = csv::Writer::from_path(scratch.path().join("points.csv")).unwrap();
    writer
        .write_record(["name", "=cmd()", "longitude", "latitude", "commodity", "country"])
        .unwrap();
    for (name, longitude) in NAMES.iter().zip(70..) {
        let longitude = longitude.to_string();
        writer.write_record([*name, *name, &longitude, "35", "REE", *name]).unwrap();
    }
    writer.flush().unwrap();
    scratch
}

#[test]
fn what_people_read_holds_no_orders() {
    let scratch = points();
    for args in [
        "list --data points.csv",
        "list --data points.csv --format md",
        "count --by country --data points.csv",
        "describe points.csv",
        "describe points.csv --format roles",
        "explain red --data points.csv",
        "explain a --data points.csv",
        "audit --data points.csv",
        "link --data points.csv",
        "list --data points.csv --where \"name='\u{1b}[31m'\"",
    ] {
        let args: Vec<&str> = args.split(' ').collect();
        let run = scratch.run(&args);
        assert_eq!(commands(&run.out), None, "{args:?}: {:?}", run.out);
        assert_eq!(commands(&run.err), None, "{args:?}: {:?}", run.err);
    }
    let markdown = scratch.ok(&["list", "--data", "points.csv", "--format", "md"]);
    let rows: Vec<&str> = markdown.lines().filter(|line| line.starts_with("| points")).collect();
    assert_eq!(rows.len(), NAMES.len());
    for row in rows {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 8, "{row}");
        assert!(!row.contains('<') && !row.replace("\\[", "").contains('['), "{row}");
    }
}

#[test]
fn tables_run_no_formula_and_hold_a_line_a_row() {
    let scratch = points();
    let own = ["export", "--data", "points.csv", "--properties", "name,=cmd(),longitude"];
    for args in [
        &[&own[..], &["--format", "csv"]].concat()[..],
        &["list", "--data", "points.csv", "--format", "csv"],
        &["audit", "--data", "points.csv", "--format", "csv"],
        &["audit", "--data", "points.csv", "--format", "corrections"],
        &["link", "--data", "points.csv", "--format", "csv"],
    ] {
        let text = scratch.ok(args);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        for cell in reader
            .records()
            .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
        {
            let runs = cell.starts_with(['=', '+', '@', '\t', '\r'])
                || (cell.starts_with('-') && cell.parse::<f64>().is_err());
            assert!(!runs, "{args:?}: {cell}");
        }
    }
}

#[test]
fn a_name_of_a_column_runs_no_formula_behind_a_nul() {
    let scratch = Scratch::new();
    let feature = r#"{"type":"Feature","properties":{"\u0000=1+1":"\u0000=2+2"},
        "geometry":{"type":"Point","coordinates":[110,41]}}"#;
    scratch.file("points.geojson", feature);
    // No argument of a program can hold the name, but a program that uses the library can.
    let sources = reemap::source::open(scratch.path().join("points.geojson")).unwrap();
    let name = sources[0].layers[0].columns[0].name.clone();
    assert_eq!(name, "\0=1+1");
    let columns = Columns::named(std::slice::from_ref(&name), std::slice::from_ref(&name)).unwrap();
    let head = reemap::export::csv::head(&columns, false);
    assert_eq!(String::from_utf8(head).unwrap(), "'=1+1\n");
}

#[test]
fn data_keep_the_text_of_the_source() {
    let scratch = points();
    for format in ["geojson", "geojsonl"] {
        let args = ["export", "--data", "points.csv", "--properties", "=cmd()", "--format", format];
        let text = scratch.ok(&args);
        let features: Vec<serde_json::Value> = match format {
            "geojson" => {
                let all: serde_json::Value = serde_json::from_str(&text).unwrap();
                all["features"].as_array().unwrap().clone()
            }
            _ => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        };
        for (feature, name) in features.iter().zip(NAMES) {
            let kept = feature["properties"]["=cmd()"].as_str().unwrap();
            assert_eq!(kept, name.replace("\r\n", "\n"));
        }
        assert_eq!(features.len(), NAMES.len());
    }
}

#[test]
fn pictures_hold_the_names_as_text_alone() {
    let scratch = points();
    scratch.file(
        "figure.toml",
        &format!(
            "title = {0:?}\nsubtitle = {0:?}\n[sites]\n[symbols]\ncolor-by = \"country\"\n",
            "</title><script>alert(1)</script> \u{1}"
        )
        .replace("\\u{1}", "\\u0001"),
    );
    for args in [
        &["map", "--data", "points.csv", "-o", "a.svg"][..],
        &["map", "--data", "points.csv", "--figure", "figure.toml", "-o", "b.svg"],
        &["map", "--data", "points.csv", "--title", "<b>&amp;\u{202e}</b>", "-o", "c.svg"],
    ] {
        scratch.ok(args);
        let svg = scratch.read(args[args.len() - 1]);
        assert_eq!(commands(&svg), None, "{args:?}");
        let document = roxmltree::Document::parse(&svg).unwrap();
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let name = node.tag_name().name();
            let known = [
                "svg", "title", "desc", "defs", "style", "g", "path", "use", "text", "tspan",
                "clipPath", "rect", "circle", "pattern", "symbol", "marker", "metadata",
            ];
            assert!(known.contains(&name), "{args:?}: <{name}>");
            for attribute in node.attributes() {
                assert!(!attribute.name().starts_with("on"), "{args:?}: {}", attribute.name());
                let is_link = attribute.name() == "href" && !attribute.value().starts_with('#');
                assert!(!is_link, "{args:?}: {}", attribute.value());
            }
        }
        let is_named = |words: &str| {
            let holds =
                |node: roxmltree::Node| node.text().is_some_and(|text| text.contains(words));
            document.descendants().any(holds)
        };
        assert!(is_named("<script>alert(1)</script>"), "{args:?}");
    }
    let pdf = ["map", "--data", "points.csv", "--figure", "figure.toml", "-o", "a.pdf"];
    scratch.ok(&pdf);
    let bytes = fs::read(scratch.path().join("a.pdf")).unwrap();
    for order in [&b"/JavaScript"[..], b"/OpenAction", b"/Launch", b"/URI"] {
        assert!(!bytes.windows(order.len()).any(|window| window == order));
    }
}
