//! The program as a user meets it: the real binary, run in a folder of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use common::{Run, Scratch};
use unicode_normalization::UnicodeNormalization;

fn run(args: &[&str]) -> Run {
    Scratch::new().run(args)
}

fn ok(args: &[&str]) -> String {
    Scratch::new().ok(args)
}

fn sites(filters: &[&str]) -> usize {
    Scratch::new().sites(filters)
}

const COMMANDS: [&str; 9] =
    ["figures", "map", "export", "count", "list", "audit", "explain", "describe", "catalog"];

#[test]
fn every_command_explains_itself_with_examples() {
    let help = ok(&["--help"]);
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in the help");
        let help = ok(&[command, "--help"]);
        assert!(help.contains(&format!("Examples:\n  reemap {command}")), "{help}");
    }
    assert!(help.contains("Exit codes:"));
    assert_eq!(run(&[]).code, 2);
    let version = format!("reemap {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(ok(&["-V"]), version);
    // Enough to build it again.
    let facts = ok(&["--version"]);
    assert!(facts.starts_with(&version), "{facts}");
    for fact in ["target  ", "compiler  rustc 1.", "features  "] {
        assert!(facts.contains(fact), "{facts}");
    }
}

#[test]
fn the_catalogue_gives_the_official_numbers() {
    check_numbers(&[]);
}

#[test]
fn the_workbook_gives_the_official_numbers() {
    let Some(workbook) = common::shared(WORKBOOK) else { return };
    check_numbers(&["--data", workbook.to_str().unwrap()]);
}

const WORKBOOK: &str = "global_ree/Global_REE_occurrence_database.xlsx";

/// 3,114 records; 131 active, 59 of them in China, each in a province.
fn check_numbers(data: &[&str]) {
    let scratch = Scratch::new();
    let exported = |filters: &[&str]| {
        let text = scratch.ok(&[&["export"], data, filters].concat());
        let collection: geojson::FeatureCollection = text.parse().unwrap();
        let metadata = &collection.foreign_members.as_ref().unwrap()["metadata"];
        assert_eq!(metadata["counts"]["sites"], collection.features.len());
        collection.features.len()
    };
    assert_eq!(exported(&[]), 3114);
    assert_eq!(exported(&["--status", "active"]), 131);
    assert_eq!(exported(&["--status", "active", "--country", "China"]), 59);

    let by_province = [
        &["count", "--by", "province", "--status", "active", "--country", "China"][..],
        &["--format", "json"],
        data,
    ]
    .concat();
    let rows: serde_json::Value = serde_json::from_str(&scratch.ok(&by_province)).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["count"].as_u64().unwrap()).sum::<u64>(), 59);
    for row in rows {
        assert!(row["province_code"].as_str().unwrap().starts_with("CN-"), "{row}");
    }
}

/// The cells of the workbook, read by another road than the program's.
#[test]
fn the_export_is_what_the_workbook_says_cell_by_cell() {
    use calamine::{Data, DataType, Reader};
    let Some(workbook) = common::shared(WORKBOOK) else { return };
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(&workbook).unwrap();
    let sheet = book.worksheet_range("Sheet1").unwrap();
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().unwrap().iter().map(Data::to_string).collect();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let [key, id, name, x, y, status] =
        ["OBJECTID", "ID_No", "Name", "Longitude", "Latitude", "P_Status"].map(at);

    let text = ok(&["export", "--data", workbook.to_str().unwrap()]);
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    let features: std::collections::HashMap<&str, &geojson::Feature> = collection
        .features
        .iter()
        .map(|feature| (feature.property("record").unwrap()["key"].as_str().unwrap(), feature))
        .collect();
    assert_eq!(features.len(), 3114, "the key of each record is its own");
    let mut ids: Vec<&str> = features
        .values()
        .map(|feature| feature.property("id").unwrap().as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3114, "the id of each site is its own");

    for (index, row) in rows.enumerate() {
        let feature = features[row[key].to_string().as_str()];
        let property = |name: &str| feature.property(name).unwrap();
        assert_eq!(property("source_id"), &serde_json::json!(row[id].to_string()));
        assert_eq!(property("record")["row"], index + 2);
        let stated = row[name].to_string();
        let words = |text: &str| -> Vec<String> {
            text.nfc().collect::<String>().split_whitespace().map(String::from).collect()
        };
        assert_eq!(words(property("name").as_str().unwrap()), words(&stated));
        let stated = row[status].to_string();
        let expected = match stated.trim().trim_end_matches("(?)") {
            "Producer" => "producer",
            "Byproduct producer" => "byproduct",
            "Past producer" => "past-producer",
            "Past byproduct producer" => "past-byproduct",
            "No production" | "No produciton" | "No Production" => "no-production",
            "Not known" => "unknown",
            other => panic!("row {index}: {other:?}"),
        };
        assert_eq!(property("status"), expected, "row {index}");
        let certain = expected != "unknown" && !stated.trim().ends_with("(?)");
        assert_eq!(property("status_certain"), certain, "row {index}");

        let (Some(x), Some(y)) = (row[x].as_f64(), row[y].as_f64()) else {
            assert!(feature.geometry.is_none(), "row {index}");
            continue;
        };
        let geojson::GeometryValue::Point { coordinates } =
            &feature.geometry.as_ref().unwrap().value
        else {
            panic!("row {index}: not a point");
        };
        // 8181 has its coordinates swapped in the source.
        let near = |a: f64, b: f64| (a - b).abs() <= 5e-7;
        let (lon, lat) = (coordinates[0], coordinates[1]);
        assert!(near(lon, x) && near(lat, y) || near(lon, y) && near(lat, x), "row {index}");
    }
}

/// The embedded catalogue and the official workbook give the same sites, classes and places.
#[test]
fn the_catalogue_and_the_workbook_agree_site_by_site() {
    let Some(workbook) = common::shared(WORKBOOK) else { return };
    let features = |args: &[&str]| {
        let collection: geojson::FeatureCollection = ok(args).parse().unwrap();
        let mut sites: Vec<(String, String)> = collection
            .features
            .into_iter()
            .map(|mut feature| {
                feature.properties.as_mut().unwrap().remove("record");
                (feature.property("id").unwrap().to_string(), feature.to_string())
            })
            .collect();
        sites.sort();
        sites
    };
    let official = features(&["export", "--data", workbook.to_str().unwrap()]);
    let embedded = features(&["export"]);
    assert_eq!(official.len(), embedded.len());
    let differing: Vec<_> = official
        .iter()
        .zip(&embedded)
        .filter(|(official, embedded)| official != embedded)
        .collect();
    assert!(differing.is_empty(), "{} differ, first {:?}", differing.len(), differing[0]);
}

#[test]
fn repeated_values_widen_and_different_flags_narrow() {
    let china = sites(&["--country", "China"]);
    let brazil = sites(&["--country", "Brazil"]);
    assert!(china > 200 && brazil > 150, "{china} {brazil}");
    assert_eq!(sites(&["--country", "China", "--country", "Brazil"]), china + brazil);
    let active = sites(&["--country", "China", "--status", "active"]);
    assert!(active < china);
    assert_eq!(sites(&["--status", "producer,byproduct", "--country", "China"]), active);
}

#[test]
fn status_is_folded_or_exact_and_its_certainty_asked_for() {
    assert_eq!(sites(&["--status", "producer"]), 63);
    assert_eq!(sites(&["--status", "byproduct"]), 68);
    assert_eq!(sites(&["--status", "past"]), 176);
    assert_eq!(sites(&["--status", "none"]), 2615);
    assert_eq!(sites(&["--status", "unknown"]), 192);
    // 25 Producer(?) and 15 Byproduct producer(?) are doubted.
    assert_eq!(sites(&["--status", "active", "--certain"]), 131 - 40);
}

#[test]
fn places_go_by_any_of_their_names() {
    let china = sites(&["--country", "China"]);
    for name in ["CHN", "CN", "中国", "china"] {
        assert_eq!(sites(&["--country", name]), china, "{name}");
    }
    let inner_mongolia = sites(&["--province", "Inner Mongolia"]);
    assert!(inner_mongolia > 0);
    for name in ["Nei Mongol", "内蒙古", "CN-NM"] {
        assert_eq!(sites(&["--province", name]), inner_mongolia, "{name}");
    }
    assert_eq!(sites(&["--province", "Inner Mongolia", "--country", "Brazil"]), 0);
}

#[test]
fn a_box_holds_what_lies_in_it_across_the_antimeridian_too() {
    let all = sites(&["--bbox", "-180,-90,180,90"]);
    assert_eq!(all, 3114, "each record of the spatial table has a location");
    let pacific = sites(&["--bbox", "160,-60,-150,75"]);
    let west = sites(&["--bbox", "160,-60,180,75"]);
    let east = sites(&["--bbox=-180,-60,-150,75"]);
    assert!(west > 0 && east > 0);
    assert_eq!(pacific, west + east);
    assert!(sites(&["--bbox", "109.9,41.7,110.1,41.9", "--name", "bayan obo"]) > 0);
}

#[test]
fn names_and_types_are_found_by_part() {
    let plain = sites(&["--name", "araxa"]);
    assert!(plain > 0);
    assert_eq!(sites(&["--name", "ARAXÁ"]), plain);
    let carbonatite = sites(&["--deposit-type", "carbonatite"]);
    assert!(carbonatite > 100, "{carbonatite}");
    let light = sites(&["--deposit-type", "carbonatite", "--ree-type", "light"]);
    assert!(light > 0 && light < carbonatite, "{light}");
    let total: usize = ["light", "mixed", "heavy", "unknown"]
        .iter()
        .map(|ree_type| sites(&["--ree-type", ree_type]))
        .sum();
    assert_eq!(total, 3114);
}

#[test]
fn curated_plants_count_only_when_named_and_are_told_of() {
    let run = run(&["list", "--segment", "midstream"]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("--dataset curated shows them"), "{}", run.err);
    let curated = sites(&["--segment", "midstream", "--dataset", "curated"]);
    assert!(curated > 5, "{curated}");
    let official = sites(&["--segment", "midstream"]);
    assert_eq!(sites(&["--segment", "midstream", "--dataset", "all"]), official + curated);
    assert!(run.err.contains(&format!("{curated} sites of the curated list")), "{}", run.err);
    // A dataset that does not ship with the program has to be given.
    let absent = Scratch::new().run(&["list", "--dataset", "africa-gis"]);
    assert_eq!(absent.code, 0);
    assert!(absent.err.contains("give its files with --data"), "{}", absent.err);
    // The user's own data are not mixed with them unless asked.
    let scratch = Scratch::new();
    scratch.file("own.csv", "name,longitude,latitude\nHere,110,40\n");
    assert_eq!(scratch.sites(&["--data", "own.csv"]), 1);
    assert!(scratch.sites(&["--data", "own.csv", "--dataset", "all"]) > 5);
    // Points of unknown segment are of no segment that can be asked for.
    assert_eq!(scratch.sites(&["--data", "own.csv", "--segment", "upstream"]), 0);
}

#[test]
fn conditions_ask_for_own_columns_in_each_command_alike() {
    let scratch = Scratch::new();
    scratch.file(
        "own.csv",
        "name,lon,lat,grade\nHere,110,40,2.5\n\"Th, ere\",111,41,0.5\n,112,42,none\n",
    );
    let asked = ["--data", "own.csv", "--where", "grade > 1"];
    let ask = |command: &[&str]| scratch.ok(&[command, &asked[..]].concat());
    assert!(ask(&["count", "--by", "dataset", "--format", "csv"]).ends_with("points,1\n"));
    assert!(ask(&["list"]).contains("Here"));
    let exported = ask(&["export", "--properties", "name,grade", "--format", "csv"]);
    assert_eq!(exported, "name,grade\nHere,2.5\n");
    let run = scratch.run(&[&["map", "-o", "x.svg"], &asked[..]].concat());
    assert!(run.code == 0 && run.err.is_empty(), "{}", run.err);
    assert!(scratch.read("x.svg").contains("<title>Here"));
    for command in [&["count", "--by", "country"][..], &["list"], &["map", "-o", "x.svg"]] {
        let wrong = ["--data", "own.csv", "--where", "grad > 1"];
        assert!(scratch.fails(2, &[command, &wrong[..]].concat()).contains("did you mean grade"));
    }
}

#[test]
fn a_figure_of_curated_plants_alone_says_so_beside_the_users_sites() {
    let scratch = Scratch::new();
    scratch.file("own.csv", "name,longitude,latitude\nHere,110,40\nThere,111,41\n");
    let note = "none of the 2 sites in the data given is in ";
    let map = ["map", "--figure", "3", "-o", "x.svg"];
    let run = scratch.run(&[&map[..], &["--data", "own.csv"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains(&format!("{note}this figure; it shows the curated")), "{}", run.err);
    let figures = ["figures", "--only", "3", "--format", "svg", "--data", "own.csv"];
    let run = scratch.run(&figures);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains(&format!("{note}figure3; it shows the curated")), "{}", run.err);
    assert!(scratch.read("output/summary.md").contains(note));
    // Nothing was given, or what was given is shown.
    let run = scratch.run(&map);
    assert!(!run.err.contains("data given"), "{}", run.err);
    scratch.file("own.toml", "title = \"Own\"\n[sites]\ndataset = [\"points\", \"curated\"]\n");
    let run = scratch.run(&["map", "--figure", "own.toml", "--data", "own.csv", "-o", "x.svg"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.err.contains("data given"), "{}", run.err);
}

#[test]
fn counts_add_up_by_every_key() {
    for key in [
        "province",
        "country",
        "segment",
        "ree-type",
        "status",
        "activity",
        "deposit-type",
        "dataset",
    ] {
        let text = ok(&["count", "--by", key, "--format", "csv"]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let count_at = reader.headers().unwrap().iter().position(|name| name == "count").unwrap();
        let counts: Vec<u64> =
            reader.records().map(|row| row.unwrap()[count_at].parse().unwrap()).collect();
        assert_eq!(counts.iter().sum::<u64>(), 3114, "{key}");
        assert!(counts.is_sorted_by(|a, b| a >= b), "{key}");
    }
}

#[test]
fn a_plant_in_two_segments_is_listed_under_both_and_told_of_in_counts() {
    for segment in ["midstream", "downstream"] {
        let listed = ok(&["list", "--dataset", "curated", "--segment", segment, "--format", "csv"]);
        let dragon = listed.lines().find(|line| line.starts_with("curated:golden-dragon,"));
        assert!(dragon.unwrap().contains(",midstream; downstream,"), "{segment}: {listed}");
    }
    let table = ok(&["count", "--by", "segment", "--dataset", "curated"]);
    let total = table.lines().find(|line| line.starts_with("total")).unwrap();
    assert!(total.ends_with(" 21"), "{table}");
    assert!(table.contains("1 of 21 sites is in several segments and counts in each"), "{table}");
    // Rows alone would count the plant twice without a word.
    let rows = run(&["count", "--by", "segment", "--dataset", "curated", "--format", "csv"]);
    assert_eq!(rows.out, "segment,count\ndownstream,12\nmidstream,10\n");
    assert!(rows.err.contains("1 of 21 sites is in several segments"), "{}", rows.err);
    let page = ok(&["explain", "golden-dragon"]);
    assert!(page.contains("\nSegment: midstream (high confidence, by product)\n"), "{page}");
    assert!(page.contains("\nSegment: downstream (high confidence, by product)\n"), "{page}");
}

#[test]
fn a_cross_table_has_a_row_for_each_combination() {
    let text = ok(&["count", "--by", "country,activity", "--format", "csv"]);
    assert_eq!(text.lines().next().unwrap(), "country_code,country,activity,count");
    assert!(text.contains("\nCHN,China,active,59\n"), "{text}");
}

#[test]
fn tables_for_people_have_a_total_and_say_how_types_count() {
    let text = ok(&["count", "--by", "activity"]);
    assert!(text.lines().any(|line| line.starts_with("total") && line.ends_with("3114")), "{text}");
    let text = ok(&["count", "--by", "deposit-type", "--format", "md"]);
    assert!(text.contains("several deposit types and count under the first"), "{text}");
    assert!(text.contains("| **total** | **3114** |"), "{text}");
}

#[test]
fn explain_shows_the_class_and_what_it_rests_on() {
    for (id, class) in [("5433", "light"), ("5231", "heavy"), ("5422", "mixed"), ("5029", "light")]
    {
        let page = ok(&["explain", id]);
        assert!(page.contains(&format!("REE type: {class}")), "{page}");
        assert!(page.contains("[rule "), "{page}");
    }
    assert!(ok(&["explain", "5433"]).contains("LREO 70 % of TREO"));
    if let Some(workbook) = common::shared(WORKBOOK) {
        for (id, class) in
            [("5433", "light"), ("5231", "heavy"), ("5422", "mixed"), ("5029", "light")]
        {
            let page = ok(&["explain", id, "--data", workbook.to_str().unwrap()]);
            assert!(page.contains(&format!("REE type: {class}")), "{page}");
        }
        let page = ok(&["explain", "5433", "--data", workbook.to_str().unwrap()]);
        assert!(page.contains("LREO form 70% of TREO"), "{page}");
    }
}

#[test]
fn explain_shows_what_speaks_against_a_class_and_the_literature_of_its_rules() {
    let scratch = Scratch::new();
    // Toongi: a light mineral, and yttrium reported.
    let page = scratch.ok(&["explain", "6436"]);
    let type_part = page.split("REE type: ").nth(1).unwrap();
    let at = |text: &str| type_part.find(text).unwrap_or_else(|| panic!("no {text:?}: {page}"));
    let order = [
        at("a mineral of light rare earths"),
        at("after Chakhmouradian and Wall, 2012"),
        at("— says otherwise:"),
        at("points to heavy rare earths"),
        at("one step less sure"),
        at("— decides nothing:"),
        at("alkaline and peralkaline rocks range from light to heavy"),
    ];
    assert!(order.is_sorted(), "{page}");
    // A mineral named first against more names of the other side and the deposit type.
    let page = scratch.ok(&["explain", "4201"]);
    assert!(page.contains("named first, so taken as the main one: heavy, not light"), "{page}");
    // Nothing that decides has its reasons.
    let page = scratch.ok(&["explain", "7376"]);
    let reason = "no note states anything of light and heavy; no rare-earth mineral is named";
    assert!(page.contains("— why not:") && page.contains(reason), "{page}");
}

#[test]
fn explain_lists_what_a_name_may_mean_and_suggests_what_was_meant() {
    let scratch = Scratch::new();
    // Two records have the id 3352.
    let error = scratch.fails(1, &["explain", "3352"]);
    assert!(error.contains("2 sites match") && error.contains("hint: give one of these ids"));
    let id = error.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_string();
    assert!(scratch.ok(&["explain", &id]).contains(&id));
    let error = scratch.fails(1, &["explain", "Mountan Pass"]);
    assert!(error.contains("did you mean Mountain Pass"), "{error}");
}

#[test]
fn what_cannot_be_understood_is_told_with_a_hint() {
    let scratch = Scratch::new();
    for (args, said) in [
        (&["list", "--country", "Chnia"][..], "did you mean China"),
        (&["list", "--province", "Jiangx"], "did you mean Jiangxi"),
        (&["list", "--status", "activ"], "did you mean active?"),
        (&["list", "--segment", "midstraem"], "did you mean midstream?"),
        (&["list", "--ree-type", "purple"], "one of: light, mixed, heavy, unknown"),
        (&["list", "--dataset", "global"], "did you mean global-ree?"),
        (&["list", "--bbox", "1,2,3"], "W,S,E,N"),
        (&["list", "--bbox", "0,60,10,50"], "south lies north of north"),
        (&["list", "--bbox", "0,0,190,1"], "longitudes run from -180 to 180"),
        (&["count", "--by", "provnce"], "did you mean province?"),
        (&["count"], "--by"),
        (&["list", "--contry", "China"], "--country"),
    ] {
        let error = scratch.fails(2, args);
        assert!(error.contains(said), "{args:?}: {error}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_path() {
    let scratch = Scratch::new();
    let error = scratch.fails(1, &["list", "--data", "absent.xlsx"]);
    assert!(error.contains("absent.xlsx"), "{error}");

    fs::create_dir(scratch.path().join("usgs.gdb")).unwrap();
    scratch.file("usgs.gdb/a00000001.gdbtable", "x");
    scratch.file("usgs.gdb/gdb", "x");
    let error = scratch.fails(1, &["list", "--data", "usgs.gdb"]);
    assert!(error.contains("a00000001.gdbtable") && error.contains("hint: "), "{error}");

    scratch.file("song.csv", "verse,chorus\na,b\n");
    let error = scratch.fails(1, &["list", "--data", "song.csv"]);
    assert!(error.contains("song.csv"), "{error}");

    scratch.file("broken.xlsx", "PK\u{3}\u{4}nothing");
    scratch.fails(1, &["describe", "broken.xlsx"]);
}

#[test]
fn nothing_found_is_an_empty_table_and_a_word() {
    let filters = ["--country", "Brazil", "--province", "Jiangxi"];
    let run = run(&[&["export"], &filters[..]].concat());
    assert_eq!(run.code, 0);
    let collection: geojson::FeatureCollection = run.out.parse().unwrap();
    assert!(collection.features.is_empty());
    assert!(run.err.contains("note: no site matches: country = Brazil; province = Jiangxi"));
    assert_eq!(ok(&[&["list", "--format", "json"], &filters[..]].concat()), "[]\n");
    assert_eq!(ok(&[&["export", "--format", "csv"], &filters[..]].concat()).lines().count(), 1);
}

#[test]
fn output_goes_to_the_file_that_is_named_and_never_over_an_input() {
    let scratch = Scratch::new();
    let printed = scratch.ok(&["export", "--country", "Brazil"]);
    assert_eq!(scratch.ok(&["export", "--country", "Brazil", "-o", "-"]), printed);
    assert_eq!(scratch.ok(&["export", "--country", "Brazil", "-o", "new/sites.geojson"]), "");
    assert_eq!(scratch.read("new/sites.geojson"), printed);
    // The name chooses the format, where no flag does.
    scratch.ok(&["export", "--country", "Brazil", "-o", "sites.csv"]);
    assert!(scratch.read("sites.csv").starts_with("id,source_id,"));

    let own = "name,longitude,latitude\nHere,110,40\n";
    scratch.file("own.csv", own);
    let error = scratch.fails(2, &["export", "--data", "own.csv", "-o", "./own.csv"]);
    assert!(error.contains("is an input"), "{error}");
    assert_eq!(scratch.read("own.csv"), own);
    let error = scratch.fails(2, &["export", "-o", "new"]);
    assert!(error.contains("is a folder"), "{error}");
    let names: Vec<_> =
        fs::read_dir(scratch.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "something was left behind: {names:?}");
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let scratch = Scratch::new();
    for args in [&["export"][..], &["list"], &["export", "--format", "csv"]] {
        let mut child =
            scratch.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

#[test]
fn data_gives_the_terminal_no_orders() {
    let scratch = Scratch::new();
    scratch.file("own.csv", "name,longitude,latitude\n\"\u{1b}[2J\u{9b}31mHere\",110,40\n");
    for args in [
        &["list", "--data", "own.csv"][..],
        &["explain", "Here", "--data", "own.csv"],
        &["describe", "own.csv"],
        &["list", "--data", "own.csv", "--format", "md"],
    ] {
        let out = scratch.ok(args);
        assert!(out.contains("Here"), "{out}");
        assert!(!out.contains(['\u{1b}', '\u{9b}']), "{args:?}: {out:?}");
    }
}

#[test]
fn colours_are_used_only_where_wanted() {
    let scratch = Scratch::new();
    assert!(!scratch.ok(&["count", "--by", "segment"]).contains('\u{1b}'));
    assert!(scratch.ok(&["count", "--by", "segment", "--color", "always"]).contains('\u{1b}'));
    assert!(!scratch.fails(2, &["list", "--status", "x"]).contains('\u{1b}'));
    assert!(scratch.run(&["list", "--status", "x", "--color", "always"]).err.contains('\u{1b}'));
}

#[test]
fn rows_that_are_skipped_are_counted_and_fail_a_strict_run() {
    let scratch = Scratch::new();
    scratch.file("own.csv", "name,longitude,latitude\nHere,110,40\nNowhere,110\nAlso,111,41\n");
    let run = scratch.run(&["list", "--data", "own.csv", "--format", "csv"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.out.lines().count(), 3, "{}", run.out);
    assert!(run.err.contains("note: 1 row was left out"), "{}", run.err);
    assert!(run.err.contains("own.csv") && run.err.contains("row 3"), "{}", run.err);
    let strict = scratch.run(&["--strict", "list", "--data", "own.csv"]);
    assert_eq!(strict.code, 1);
    assert!(strict.err.contains("error: 1 row was left out"), "{}", strict.err);
    let quiet = scratch.run(&["--quiet", "list", "--data", "own.csv"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
}

#[test]
fn describe_tells_what_a_file_holds() {
    let scratch = Scratch::new();
    scratch
        .file("own.csv", "name,longitude,grade,note\nHere,110,1,\nThere,-3.5,2,x\nThere,7,3, \n");
    let text = scratch.ok(&["describe", "own.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let layer = &json["layers"][0];
    assert_eq!(layer["rows"], 3);
    let columns = layer["columns"].as_array().unwrap();
    let facts: Vec<_> = columns
        .iter()
        .map(|column| (column["observed"].as_str().unwrap(), column["filled"].as_u64().unwrap()))
        .collect();
    assert_eq!(facts, [("text", 3), ("real", 3), ("integer", 3), ("text", 1)]);
    assert_eq!(columns[0]["top"][0], serde_json::json!(["There", 2]));
    assert_eq!(columns[1]["range"][0], -3.5);

    if let Some(workbook) = common::shared(WORKBOOK) {
        let text = scratch.ok(&["describe", workbook.to_str().unwrap()]);
        assert!(text.contains("3114 rows, 62 columns"), "{text}");
        assert!(text.contains("No production ×2406"), "{text}");
    }
}

#[test]
fn the_catalogue_is_made_again_as_it_stands() {
    let Some(workbook) = common::shared(WORKBOOK) else { return };
    let folder = workbook.parent().unwrap();
    let scratch = Scratch::new();
    scratch.ok(&["catalog", "--data", folder.to_str().unwrap(), "-o", "made"]);
    let standing = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/catalog/global-ree.csv");
    assert!(scratch.read("made/global-ree.csv") == fs::read_to_string(standing).unwrap());
}

#[test]
fn exports_among_the_data_are_told() {
    let scratch = Scratch::new();
    scratch.file("own.csv", "name,lon,lat\nA,115,25\n");
    for file in ["sites.geojson", "sites.csv"] {
        scratch.ok(&["export", "--data", "own.csv", "-o", file]);
        let run = scratch.run(&["count", "--by", "dataset", "--data", file]);
        let note = format!("{file}: was written by reemap export");
        assert!(run.code == 0 && run.err.contains(&note), "{}", run.err);
    }
    assert!(!scratch.run(&["list", "--data", "own.csv"]).err.contains("was written by"));
}

#[test]
fn a_lost_layer_fails_a_strict_run() {
    let Some(path) = common::shared("africa_gis/Africa_GIS.gdb.zip") else { return };
    let scratch = Scratch::new();
    let gdb = scratch.path().join("Africa_GIS.gdb");
    fs::create_dir(&gdb).unwrap();
    for (name, bytes) in common::members(&path) {
        fs::write(gdb.join(name), bytes).unwrap();
    }
    let count = ["count", "--by", "dataset", "--data", "Africa_GIS.gdb"];
    let strict = [&["--strict"], &count[..]].concat();
    scratch.ok(&strict);
    let largest = fs::read_dir(&gdb).unwrap().map(|entry| entry.unwrap().path());
    let largest = largest
        .filter(|path| path.extension().is_some_and(|end| end == "gdbtable"))
        .max_by_key(|path| fs::metadata(path).unwrap().len());
    fs::remove_file(largest.unwrap()).unwrap();
    let run = scratch.run(&count);
    assert!(run.code == 0 && run.err.contains("layers not read"), "{}", run.err);
    let error = scratch.run(&strict);
    assert_eq!(error.code, 1, "{}", error.err);
    assert!(error.err.contains("1 layer was left out; --strict allows none"), "{}", error.err);
}

#[test]
fn one_command_maps_a_province_a_country_a_box_or_the_world() {
    let scratch = Scratch::new();
    let title = |args: &[&str]| {
        scratch.ok(&[&["map", "-o", "x.svg"], args].concat());
        let svg = scratch.read("x.svg");
        let (_, rest) = svg.split_once("<title id=\"title\">").unwrap();
        (rest.split_once("</title>").unwrap().0.to_string(), svg)
    };
    let located = |filters: &[&str]| {
        let text = scratch.ok(&[&["export"], filters].concat());
        let sites: geojson::FeatureCollection = text.parse().unwrap();
        sites.features.iter().filter(|site| site.geometry.is_some()).count()
    };
    let (jiangxi, svg) = title(&["--province", "Jiangxi"]);
    assert_eq!(jiangxi, "Rare-earth sites in Jiangxi");
    let count = located(&["--province", "Jiangxi"]);
    assert!(count > 20 && svg.contains(&format!(">{count} with a known location")), "{count}");
    for part in ["id=\"locator-map\"", ">Fujian<", ">Xunwu<", "Main deposit type"] {
        assert!(svg.contains(part), "{part}");
    }
    let (australia, svg) = title(&["--country", "AUS"]);
    assert_eq!(australia, "Rare-earth sites in Australia");
    for part in [">Queensland<", "Sites per province", "Albers equal-area conic (39° S, 14° S"] {
        assert!(svg.contains(part), "{part}");
    }
    assert!(!svg.contains("id=\"locator-map\""), "a continent needs no locator");
    let (china, svg) = title(&["--country", "China"]);
    assert_eq!(china, "Rare-earth sites in China");
    assert!(svg.contains("id=\"inset1-map\"") && svg.contains("(25° N, 47° N; 105° E)"));
    let two = title(&["--country", "Peru", "--country", "Chile"]).0;
    assert_eq!(two, "Rare-earth sites in Peru and Chile");
    assert_eq!(title(&["--bbox=110,20,120,30"]).0, "Rare-earth sites, 110° E–120° E, 20° N–30° N");
    let (world, svg) = title(&[]);
    assert_eq!(world, "Rare-earth sites worldwide");
    assert!(svg.contains("Projection: Equal Earth (11° E).") && !svg.contains("id=\"main-scale\""));
    assert!(svg.len() < 1_000_000, "{}", svg.len());
}

#[test]
fn a_figure_keeps_its_frame_unless_another_is_asked_for() {
    let scratch = Scratch::new();
    let draw = |args: &[&str]| {
        scratch.ok(&[&["map", "--figure", "2", "-o", "x.svg"], args].concat());
        scratch.read("x.svg")
    };
    let own = draw(&["--province", "Jiangxi"]);
    assert!(own.contains("South China Sea") && own.contains("105° E)"));
    let data = draw(&["--province", "Jiangxi", "--frame", "data"]);
    assert!(!data.contains("South China Sea") && data.contains("azimuthal equal-area"));
    assert!(!data.contains("outside the frame"));
    let place = draw(&["--frame", "Guangdong"]);
    assert!(place.contains(">Guangdong<") && place.contains("outside the frame"));
    let refused = scratch.fails(2, &["map", "--frame", "Guangdnog", "-o", "x.svg"]);
    assert!(refused.contains("--frame: ") && refused.contains("Guangdong"), "{refused}");
}

#[test]
fn a_title_that_the_filters_belie_is_told() {
    let scratch = Scratch::new();
    let told = |args: &[&str]| {
        let all = [&["map", "--figure", "2", "-o", "a.svg"], args].concat();
        scratch.run(&all).err.contains("keeps the figure's title")
    };
    assert!(told(&["--status", "past"]));
    assert!(!told(&["--status", "past", "--title", "Past mines"]));
    assert!(!told(&["--ree-type", "heavy"]));
}
