//! `reemap audit` finds what is wrong with the data, proposes corrections, and applies those that a
//! person has reviewed, telling of it everywhere.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test may")]

mod common;

use std::fs;

use common::{Scratch, shared};
use serde_json::Value;

const WORKBOOK: &str = "global_ree/Global_REE_occurrence_database.xlsx";
const REFERENCES: &str = "global_ree/All_Global_REE_references.csv";

/// The findings of a run.
struct Findings(Vec<Value>);

impl Findings {
    fn of(scratch: &Scratch, args: &[&str]) -> Self {
        let args = [&["audit", "--severity", "info", "--format", "json"], args].concat();
        let whole: Value = serde_json::from_str(&scratch.ok(&args)).unwrap();
        Findings(whole["findings"].as_array().unwrap().clone())
    }

    fn rule(&self, rule: &str) -> Vec<&Value> {
        self.0.iter().filter(|one| one["rule"] == rule).collect()
    }

    /// The one finding of a rule that is chiefly about a record.
    fn one(&self, rule: &str, id: &str) -> &Value {
        let found: Vec<&Value> = self
            .rule(rule)
            .into_iter()
            .filter(|one| ids(one).first().is_some_and(|first| first == id))
            .collect();
        assert_eq!(found.len(), 1, "{rule} of {id}: {:?}", self.rule(rule));
        found[0]
    }
}

fn ids(finding: &Value) -> Vec<String> {
    let records = finding["records"].as_array().unwrap();
    records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

fn text<'a>(finding: &'a Value, field: &str) -> &'a str {
    finding[field].as_str().unwrap()
}

/// The findings of the workbook and its references; none where they are absent.
fn workbook(scratch: &Scratch) -> Option<Findings> {
    let (book, references) = (shared(WORKBOOK)?, shared(REFERENCES)?);
    let (book, references) = (book.to_str().unwrap(), references.to_str().unwrap());
    Some(Findings::of(scratch, &["--data", book, "--data", references]))
}

#[test]
fn the_workbooks_known_errors_are_found() {
    let scratch = Scratch::new();
    let Some(found) = workbook(&scratch) else { return };

    let swapped = found.one("coordinates-swapped", "global-ree:8181");
    assert_eq!(found.rule("coordinates-swapped").len(), 1);
    assert!(text(swapped, "proposal").contains("latitude 46.1219, longitude 8.3372"), "{swapped}");
    let change = &swapped["changes"][0];
    assert_eq!((&change["from"], &change["to"]), (&"8.3372".into(), &"46.1219".into()));

    let rucheng = found.one("offshore-unlikely", "global-ree:5314");
    assert!(text(rucheng, "found").contains("supergene"), "{rucheng}");
    assert!(rucheng["cells"].to_string().contains("Rucheng County"), "{rucheng}");

    let datong = found.one("outside-province", "global-ree:5078");
    assert_eq!(datong["severity"], "warn");
    assert!(text(datong, "found").contains("in Shanxi, 166 km outside Shaanxi"), "{datong}");
    found.one("round-coordinates", "global-ree:5078");
    let yangfutang = found.one("outside-province", "global-ree:5440");
    assert!(text(yangfutang, "found").contains("in Hunan, 7 km outside Jiangxi"), "{yangfutang}");
    assert_eq!(yangfutang["severity"], "warn");

    let pairs: Vec<Vec<String>> = found.rule("same-coordinates").into_iter().map(ids).collect();
    for pair in [[3155, 3204], [3197, 3222], [8055, 8056], [8072, 8073], [7292, 7303]] {
        let pair: Vec<String> = pair.iter().map(|id| format!("global-ree:{id}")).collect();
        assert!(pairs.contains(&pair), "{pair:?} is not in {pairs:?}");
    }
    assert_eq!(pairs.len(), 5);

    let twice = found.rule("id-twice");
    assert_eq!(twice.len(), 1);
    assert_eq!(ids(twice[0]), ["global-ree:3352", "global-ree:3352#3175"]);
    // The same two are one site entered twice.
    found.one("same-name-nearby", "global-ree:3352");

    let misspelt = found.rule("status-misspelt");
    assert_eq!(misspelt.len(), 5);
    assert!(misspelt.iter().all(|one| one["changes"][0]["to"] == "No production(?)"));

    let china = found.one("white-space-in-key", "global-ree:5182");
    assert_eq!(china["cells"][0]["value"], "China ");
    assert_eq!(china["changes"][0]["to"], "China");

    // The district holds the mine, and the mine its western orebody.
    let district = found.one("nested-records", "global-ree:5030");
    assert!(ids(district).contains(&"global-ree:5029".to_owned()), "{district}");
    let mine = found.one("nested-records", "global-ree:5029");
    assert!(ids(mine).contains(&"global-ree:5032".to_owned()), "{mine}");
}

#[test]
fn the_workbooks_cells_are_audited_as_they_stand() {
    let scratch = Scratch::new();
    let Some(found) = workbook(&scratch) else { return };
    // A combining accent and a line break, which the reader mends.
    assert!(text(found.one("encoding-damage", "global-ree:8754"), "found").contains("u\\u{308}"));
    assert!(text(found.one("encoding-damage", "global-ree:9176"), "found").contains("line break"));
    // At work by its status, and its production ended in 1982; a lone year may be a start.
    assert!(text(found.one("status-years", "global-ree:5033"), "found").contains("1982"));
    assert_eq!(found.one("status-years", "global-ree:3006")["severity"], "info");
    assert_eq!(found.rule("no-rare-earths").len(), 5);
    let misspelt = found
        .rule("reference-unlisted")
        .into_iter()
        .find(|one| text(one, "found").contains("\"Heraldová (2013)\""));
    assert_eq!(misspelt.unwrap()["proposal"], "\"Heroldová (2013)\"");
    // A name that the gazetteer lacks is counted, and no error; aliases are no unknown names.
    let unknown = found.rule("province-unknown");
    assert!(unknown.iter().all(|one| one["severity"] == "info"));
    let named = |name: &str| unknown.iter().any(|one| one["cells"][0]["value"] == name);
    assert!(named("Basnahira Palata") && !named("Nei Mongol") && !named("Xizang"));
    // The place of an island that the map lacks, and of what sources count otherwise, is no error.
    assert_eq!(found.one("on-water", "global-ree:8251")["severity"], "info");
    assert_eq!(found.one("outside-country", "global-ree:4223")["severity"], "info");
}

#[test]
fn the_catalogue_is_audited_as_far_as_it_goes_and_says_so() {
    let scratch = Scratch::new();
    let found = Findings::of(&scratch, &[]);
    found.one("coordinates-swapped", "global-ree:8181");
    found.one("outside-province", "global-ree:5078");
    assert_eq!(found.rule("same-coordinates").len(), 5);
    let table = scratch.ok(&["audit"]);
    assert!(table.contains("not run, for want of the columns Part_of and Components"), "{table}");
    let first = table.lines().next().unwrap();
    assert!(first.starts_with("SEVERITY") && first.contains("FINDINGS"), "{first}");
    assert!(table.contains("proposed: latitude 46.1219"), "{table}");
}

/// A file of points with faults of every kind beside sound ones.
const MADE_UP: &str = "\
ID_No,Name,Name_Other,Part_of,Components,Country,State_Prov,Latitude,Longitude,Loc_Note,Dep_Type,Commods,P_Status,P_Years,Ref_List\n\
1,Sound,,,,Brazil,Bahia,-12.97,-41.3,,carbonatite,REE,Producer,2001-2016,\n\
2,Turned,,,,Brazil,Bahia,12.97,-41.3,,carbonatite,REE,No production,,\n\
3,Border,,,,France,,48.58,7.83,,carbonatite,REE,No production,,\n\
4,Missing,,,,Brazil,Bahia,,-41.3,,carbonatite,REE,No production,,\n\
5,Word,,,,Brazil,Bahia,twelve,-41.5,,carbonatite,REE,No production,,\n\
6,Zero,,,,Brazil,Bahia,0,0,,carbonatite,REE,No production,,\n\
7,Old,,,,Brazil,Bahia,-12.3,-41.71,,carbonatite,REE,Producer,1950–1960,\n\
8,Odd,,,,Brazil,Bahia,-12.31,-41.81,,carbonatite,\"Fe, Cu\",Prodcuer,,\n\
9,Pãozinho,,,,Brazil,Bahia,-12.41,-42.81,,carbonatite,REE,Gone,,\n\
10,AraxÃ¡ dome,,,,Brazil,Bahia,-12.42,-42.92,,carbonatite,REE,No production,,\n\
11,Serra,,Serra Azul complex,,Brazil,Bahia,-12.43,-42.93,,carbonatite,REE,No production,,\n\
12,Serra Azul,,,\"includes Norte, others\",Brazil,Bahia,-12.44,-42.94,,carbonatite,REE,No production,,\n\
13,Serra Azul Norte,,,,Brazil,Bahia,-12.45,-42.95,,carbonatite,REE,No production,,\n\
14,PÃOZINHO,,,,Brazil,Bahia,-12.411,-42.811,,placer,REE,No production,,\n\
15,Drowned,,,,Brazil,,-14.5,-37.5,offshore location,carbonatite,REE,No production,,\n\
16,Sea sand,,,,Brazil,,-14.6,-37.5,offshore location,shoreline placer,REE,No production,,\n\
17,Nowhere,,,,Atlantis,,10.5,10.5,,carbonatite,REE,No production,,\n";

#[test]
fn made_up_faults_are_found_and_sound_rows_are_not() {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("made.csv"), MADE_UP).unwrap();
    let found = Findings::of(&scratch, &["--data", "made.csv"]);
    let sound =
        found.0.iter().filter(|one| ids(one).first().is_some_and(|id| id == "global-ree:1"));
    assert_eq!(sound.count(), 0);
    let turned = found.one("sign-flipped", "global-ree:2");
    assert!(text(turned, "proposal").contains("latitude -12.97"), "{turned}");
    // Just over the border, with two decimals: told as a border, not as an error.
    assert_eq!(found.one("outside-country", "global-ree:3")["severity"], "info");
    for id in [4, 5, 6] {
        found.one("location-unread", &format!("global-ree:{id}"));
    }
    found.one("status-years", "global-ree:7");
    found.one("no-rare-earths", "global-ree:8");
    assert_eq!(found.one("status-misspelt", "global-ree:8")["changes"][0]["to"], "Producer");
    found.one("status-unknown", "global-ree:9");
    assert!(text(found.one("encoding-damage", "global-ree:10"), "found").contains("UTF-8"));
    let holds = found.one("nested-records", "global-ree:12");
    assert_eq!(ids(holds), ["global-ree:12", "global-ree:11", "global-ree:13"]);
    // One name, two types of deposit: worth knowing only.
    assert_eq!(found.one("same-name-nearby", "global-ree:9")["severity"], "info");
    found.one("offshore-unlikely", "global-ree:15");
    found.one("on-water", "global-ree:16");
    assert_eq!(found.one("country-unknown", "global-ree:17")["severity"], "info");
    // The rule on references has nothing to go by.
    assert!(found.rule("reference-unlisted").is_empty());
}

#[test]
fn findings_are_narrowed_and_strict_fails_on_them() {
    let scratch = Scratch::new();
    let rows = |args: &[&str]| {
        let args = [&["audit", "--format", "csv"], args].concat();
        scratch.ok(&args).lines().skip(1).count()
    };
    assert_eq!(rows(&["--rule", "coordinates-swapped"]), 1);
    assert_eq!(rows(&["--rule", "coordinates-swapped", "--country", "China"]), 0);
    assert!(rows(&["--country", "China"]) >= 3);
    assert!(rows(&["--severity", "error"]) < rows(&[]));
    assert!(rows(&[]) < rows(&["--severity", "info"]));

    let strict = scratch.run(&["--strict", "audit", "--rule", "coordinates-swapped"]);
    assert_eq!(strict.code, 1, "{}", strict.err);
    assert!(strict.err.contains("1 finding of severity warn or error"), "{}", strict.err);
    assert!(strict.out.contains("global-ree:8181"), "the report is written all the same");
    assert_eq!(scratch.run(&["--strict", "audit", "--rule", "province-unknown"]).code, 0);
    assert_eq!(scratch.run(&["audit"]).code, 0);
    let wrong = scratch.fails(2, &["audit", "--rule", "coordinate-swapped"]);
    assert!(wrong.contains("coordinates-swapped"), "{wrong}");
}

#[test]
fn the_table_of_rules_tells_of_each() {
    let rules: toml::Table = Scratch::new().ok(&["audit", "--rules"]).parse().unwrap();
    let rules = rules["rule"].as_array().unwrap();
    assert!(rules.len() >= 20);
    for rule in rules {
        for key in ["id", "severity", "checks", "why"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{rule:?}: {key}");
        }
    }
}

#[test]
fn a_report_is_the_same_each_time() {
    let scratch = Scratch::new();
    for format in ["table", "csv", "json", "md"] {
        let run = || scratch.ok(&["audit", "--format", format]);
        assert_eq!(run(), run(), "{format}");
    }
}

/// The corrections proposed for the swapped point, reviewed.
fn reviewed(scratch: &Scratch) -> String {
    scratch.ok(&[
        "audit",
        "--rule",
        "coordinates-swapped",
        "--format",
        "corrections",
        "-o",
        "fixes.csv",
    ]);
    let proposed = fs::read_to_string(scratch.path().join("fixes.csv")).unwrap();
    let lines: Vec<String> = proposed
        .lines()
        .enumerate()
        .map(|(number, line)| if number == 0 { line.into() } else { format!("{line}A. Reader") })
        .collect();
    lines.join("\n") + "\n"
}

#[test]
fn a_reviewed_correction_is_applied_and_told_of_everywhere() {
    let scratch = Scratch::new();
    let file = reviewed(&scratch);
    // As proposed, without a name, nothing is applied.
    let refused = scratch.fails(1, &["list", "--apply-corrections", "fixes.csv"]);
    assert!(refused.contains("fixes.csv, row 2, column reviewed_by: is empty"), "{refused}");

    fs::write(scratch.path().join("fixes.csv"), file).unwrap();
    let apply = ["--apply-corrections", "fixes.csv"];
    let explained = scratch.run(&[&["explain", "8181"], &apply[..]].concat());
    assert!(explained.out.contains("8.337200, 46.121900"), "{}", explained.out);
    assert!(explained.err.contains("2 cells of 1 record corrected by fixes.csv"));
    let found = Findings::of(&scratch, &apply);
    assert!(found.rule("coordinates-swapped").is_empty());
    let report = scratch.ok(&[&["audit", "--format", "md"], &apply[..]].concat());
    assert!(report.contains("2 cells of 1 record corrected by fixes.csv"));

    let exported = scratch.ok(&[&["export", "--country", "Italy"], &apply[..]].concat());
    let exported: Value = serde_json::from_str(&exported).unwrap();
    let told = &exported["metadata"]["corrections"];
    assert_eq!((&told["file"], &told["cells"]), (&"fixes.csv".into(), &2.into()));

    scratch
        .ok(&[&["figures", "--only", "2", "--format", "svg", "--out", "o"], &apply[..]].concat());
    let manifest: Value = serde_json::from_str(&scratch.read("o/manifest.json")).unwrap();
    assert_eq!(manifest["corrections"]["records"], 1);
    assert!(manifest["inputs"].to_string().contains("fixes.csv"));
    assert!(scratch.read("o/summary.md").contains("2 cells of 1 record corrected by fixes.csv"));
    let picture = scratch.read("o/figure2.svg");
    assert!(picture.contains("corrected by fixes.csv"), "the foot of the figure says so");
    let chinese = ["figures", "--only", "2", "--format", "svg", "--lang", "zh", "--out", "zh"];
    scratch.ok(&[&chinese[..], &apply[..]].concat());
    assert!(scratch.read("zh/figure2.svg").contains("据fixes.csv勘正数据2处"));
    // Without the flag nothing speaks of corrections.
    assert!(!scratch.ok(&["export", "--country", "Italy"]).contains("corrections"));
}

#[test]
fn corrections_that_do_not_fit_stop_the_run() {
    let scratch = Scratch::new();
    let head = "record,key,column,from,to,reason,reviewed_by\n";
    let refused = |line: &str| {
        fs::write(scratch.path().join("fixes.csv"), format!("{head}{line}\n")).unwrap();
        scratch.fails(1, &["list", "--apply-corrections", "fixes.csv"])
    };
    let other = refused("global-ree:8181,,Latitude,9,46.1219,swapped,A. Reader");
    assert!(other.contains("line 2, global-ree:8181: Latitude holds \"8.3372\", not \"9\""));
    let none = refused("global-ree:99999,,Latitude,9,46,swapped,A. Reader");
    assert!(none.contains("no record has that id"), "{none}");
    let column = refused("global-ree:8181,,Depth,9,46,deep,A. Reader");
    assert!(column.contains("has no column Depth"), "{column}");
    let several = refused("global-ree:3352,,Country,Thailand,Siam,old,A. Reader");
    assert!(several.contains("give the key, one of 3175, 710"), "{several}");
    assert!(refused("nowhere:1,,Name,a,b,odd,A. Reader").contains("no dataset has such a record"));
    assert!(refused("global-ree:8181,,Latitude").contains("is no list of corrections"));
    // Values that no cell may have, ids, and cells that two lines correct are refused before all.
    for to in ["NaN", "95", "inf", "46,12", "north"] {
        let line = format!("global-ree:8181,,Latitude,8.3372,\"{to}\",swapped,A. Reader");
        assert!(refused(&line).contains("column to: "), "{to}");
    }
    let id = refused("global-ree:8181,,ID_No,8181,8182,odd,A. Reader");
    assert!(id.contains("names the record"), "{id}");
    let line = "global-ree:8181,,Latitude,8.3372,46.1219,swapped,A. Reader";
    let twice = refused(&format!("{line}\n{}", line.replace("8.3372,46.1219", "46.1219,45")));
    assert!(twice.contains("row 3: corrects the same cell as line 2"), "{twice}");
    let missing = scratch.fails(1, &["list", "--apply-corrections", "none.csv"]);
    assert!(missing.contains("none.csv"), "{missing}");
}

#[test]
fn corrections_in_toml_serve_too_and_the_key_tells_records_apart() {
    let scratch = Scratch::new();
    let text = r#"
[[correction]]
record = "global-ree:3352"
key = "3175"
column = "Name"
from = "Thap Sakae"
to = "Thap Sakae district"
reason = "to tell the two apart"
reviewed_by = "A. Reader"
"#;
    fs::write(scratch.path().join("fixes.toml"), text).unwrap();
    let list = scratch.ok(&["list", "--name", "Thap Sakae", "--apply-corrections", "fixes.toml"]);
    assert!(list.contains("Thap Sakae district") && list.contains("Amphoe Thap Sakae"), "{list}");
}

#[test]
fn the_same_corrections_serve_the_workbook_and_the_catalogue() {
    let Some(book) = shared(WORKBOOK) else { return };
    let scratch = Scratch::new();
    let file = reviewed(&scratch);
    // The catalogue names its columns otherwise than the workbook, save for letter case.
    fs::write(scratch.path().join("fixes.csv"), file).unwrap();
    let data = ["--data", book.to_str().unwrap(), "--apply-corrections", "fixes.csv"];
    let page = scratch.ok(&[&["explain", "8181"], &data[..]].concat());
    assert!(page.contains("8.337200, 46.121900"), "{page}");
}

#[test]
fn an_audit_is_written_as_data_for_a_spreadsheet() {
    let scratch = Scratch::new();
    scratch.ok(&["audit", "--format", "csv", "-o", "a.csv"]);
    let mut reader = csv::Reader::from_path(scratch.path().join("a.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..4], ["rule", "severity", "record", "key"]);
    for record in reader.records() {
        let record = record.unwrap();
        assert_eq!(record.len(), header.len());
        assert!(["warn", "error"].contains(&record.get(1).unwrap()));
    }
    let markdown = scratch.ok(&["audit", "--format", "md"]);
    assert!(markdown.starts_with("# Audit\n") && markdown.contains("\n## Findings\n"));
}
