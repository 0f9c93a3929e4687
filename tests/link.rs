//! The same site is found in several databases, and how right that is on pairs checked by hand.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use common::{Scratch, shared};
use geo::Point;
use reemap::classify::Rules;
use reemap::dataset::{self, Dictionary};
use reemap::link::{self, Link, Predicate, Request, Verdict};
use reemap::place::Gazetteer;
use reemap::site::{Dataset, Site, Term};

mod common;

/// A pair that was checked by hand; tests/fixtures/links/pairs.csv, described in docs/links.md.
struct Pair {
    group: String,
    report: bool,
    ids: (String, String),
    verdict: String,
}

fn pairs() -> Vec<Pair> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/links/pairs.csv");
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cell = |at: usize| row[at].to_owned();
            Pair {
                group: cell(0),
                report: &row[1] == "report",
                ids: (cell(2), cell(4)),
                verdict: cell(6),
            }
        })
        .collect()
}

/// How the linker did on pairs.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }

    fn print(&self, of: &str) {
        println!(
            "{of}: {} right, {} wrong, {} missed: precision {:.3}, recall {:.3}",
            self.right,
            self.wrong,
            self.missed,
            self.precision(),
            self.recall()
        );
    }
}

/// The databases that the pairs are of, read, classified and located.
fn databases() -> Option<Vec<Site>> {
    let files = [
        "africa_gis/AFR_Mineral_Facilities.geojson",
        "africa_gis/AFR_Mineral_Exploration.geojson",
        "africa_gis/AFR_Mineral_Deposits.geojson",
        "china/china_ree_sites_curated.csv",
    ];
    let files: Option<Vec<_>> = files.into_iter().map(shared).collect();
    let mut notices = reemap::Notices::default();
    let mut collection = dataset::read(&files?, &Dictionary::default(), &mut notices).unwrap();
    collection.join(dataset::embedded(|_| true).unwrap());
    let (rules, gazetteer) = (Rules::embedded().unwrap(), Gazetteer::embedded().unwrap());
    collection.sites.iter_mut().for_each(|site| rules.classify(site));
    gazetteer.locate(&mut collection.sites);
    Some(collection.sites)
}

#[test]
fn links_are_right_and_few_are_missed_on_hand_checked_pairs() {
    let Some(sites) = databases() else { return };
    let sites: Vec<&Site> = sites.iter().collect();
    let links = link::link(&sites, &Request::default(), Gazetteer::embedded().unwrap()).unwrap();
    let mut linked: HashMap<(&str, &str), &Link> = HashMap::new();
    for link in links.iter().filter(|link| link.verdict == Verdict::Linked) {
        linked.insert((&link.subject.id, &link.object.id), link);
        linked.insert((&link.object.id, &link.subject.id), link);
    }
    let known: HashSet<&str> = sites.iter().map(|site| site.id.as_str()).collect();

    let pairs = pairs();
    let mut scores: BTreeMap<(bool, &str), Score> = BTreeMap::new();
    for pair in &pairs {
        let (one, two) = (pair.ids.0.as_str(), pair.ids.1.as_str());
        assert!(known.contains(one) && known.contains(two), "{one}, {two}: no such record");
        let found = linked.get(&(one, two));
        let as_part =
            found.is_some_and(|l| matches!(l.predicate, Predicate::Broad | Predicate::Narrow));
        for group in ["all", pair.group.as_str()] {
            let score = scores.entry((pair.report, group)).or_default();
            match (pair.verdict.as_str(), found.is_some()) {
                ("same", true) => score.right += 1,
                ("same", false) => score.missed += 1,
                ("different" | "part-of", true) if !as_part => score.wrong += 1,
                ("different" | "part-of" | "uncertain", _) => {}
                (other, _) => panic!("{other} is no verdict"),
            }
        }
    }
    for ((report, group), score) in &scores {
        score.print(&format!("{} {group}", if *report { "report" } else { "tune" }));
    }

    // The listing that the pairs were chosen from is complete, so what is linked and not listed
    // counts as wrong too.
    let listed: HashSet<(&str, &str)> = pairs
        .iter()
        .flat_map(|p| [(p.ids.0.as_str(), p.ids.1.as_str()), (p.ids.1.as_str(), p.ids.0.as_str())])
        .collect();
    let unlisted: Vec<String> = links
        .iter()
        .filter(|link| link.verdict == Verdict::Linked)
        .filter(|link| !listed.contains(&(link.subject.id.as_str(), link.object.id.as_str())))
        .map(|link| format!("{} {}", link.subject.id, link.object.id))
        .collect();
    println!("linked and not in the list: {unlisted:?}");
    let report = &scores[&(true, "all")];
    let africa = &scores[&(true, "africa")];
    assert!(report.right + report.missed >= 100);
    for (score, unlisted) in [(report, unlisted.len()), (africa, unlisted.len())] {
        let all = Score { wrong: score.wrong + unlisted, ..Score { ..*score } };
        assert!(all.precision() >= 0.95, "precision {:.3}", all.precision());
        assert!(all.recall() >= 0.90, "recall {:.3}", all.recall());
    }
}

const OURS: &str = "id,name,country,longitude,latitude,commodity
1,白云鄂博铁矿,China,109.98,41.80,REE
2,Baiyun Ebo,China,109.97,41.79,REE
3,Wigu Hill mine,Tanzania,37.567,-7.433,Rare Earths
4,Bayan Obo smelter,China,109.97,41.80,REE
5,Bayan Obo,Mongolia,100.0,46.0,REE
6,Nothing of the kind,China,109.97,41.80,REE
";

fn mappings(scratch: &Scratch, args: &[&str]) -> Vec<serde_json::Value> {
    let text = scratch.ok(&[&["link", "--format", "json"], args].concat());
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["mappings"].as_array().unwrap().clone()
}

fn of<'a>(
    mappings: &'a [serde_json::Value],
    subject: &str,
    object: &str,
) -> Option<&'a serde_json::Value> {
    mappings.iter().find(|m| m["subject_id"] == subject && m["object_id"] == object)
}

#[test]
fn own_points_are_linked_in_any_script_and_each_says_why() {
    let scratch = Scratch::new();
    scratch.file("ours.csv", OURS);
    let args = ["--data", "ours.csv", "--from", "points", "--to", "global-ree", "--candidates"];
    let all = mappings(&scratch, &args);
    for id in ["points:ours:1", "points:ours:2"] {
        let link = of(&all, id, "global-ree:5029").unwrap();
        assert_eq!(link["verdict"], "linked", "{link}");
        assert_eq!(link["predicate_id"], "skos:exactMatch", "{link}");
        assert!(link["comment"].as_str().unwrap().contains("same name"), "{link}");
        assert!(link["distance_km"].as_f64().unwrap() < 2.0, "{link}");
        // An orebody that the name marks as a part is for a person to decide.
        let part = of(&all, id, "global-ree:5032").unwrap();
        assert_eq!(
            (&part["verdict"], &part["predicate_id"]),
            (&"candidate".into(), &"skos:narrowMatch".into())
        );
    }
    // The global database has this carbonatite six degrees too far west.
    let far = of(&all, "points:ours:3", "global-ree:4263").unwrap();
    assert_eq!(
        (&far["verdict"], &far["predicate_id"]),
        (&"linked".into(), &"skos:closeMatch".into())
    );
    assert!(far["comment"].as_str().unwrap().contains("one of the locations is wrong"), "{far}");
    // A plant of the mine's name is not the mine; another country's place is not looked at.
    let plant = of(&all, "points:ours:4", "global-ree:5029").unwrap();
    assert_eq!(
        (&plant["verdict"], &plant["predicate_id"]),
        (&"candidate".into(), &"skos:relatedMatch".into())
    );
    assert!(of(&all, "points:ours:5", "global-ree:5029").is_none());
    // Another name at the same place is refused, in sight.
    let other = of(&all, "points:ours:6", "global-ree:5029").unwrap();
    assert_eq!(
        (&other["verdict"], &other["predicate_modifier"]),
        (&"refused".into(), &"Not".into())
    );
    // Without --candidates only links are shown.
    let links = mappings(&scratch, &args[..6]);
    assert!(!links.is_empty() && links.iter().all(|link| link["verdict"] == "linked"));
}

#[test]
fn limits_make_candidates_of_links() {
    let scratch = Scratch::new();
    scratch.file("ours.csv", OURS);
    let verdict = |more: &[&str], subject: &str, object: &str| {
        let args = ["--data", "ours.csv", "--from", "points", "--to", "global-ree", "--candidates"];
        let all = mappings(&scratch, &[&args, more].concat());
        of(&all, subject, object).map(|link| link["verdict"].as_str().unwrap().to_owned())
    };
    let far = ("points:ours:3", "global-ree:4263");
    assert_eq!(verdict(&["--within", "50"], far.0, far.1).as_deref(), Some("candidate"));
    assert_eq!(verdict(&["--min-confidence", "0.9"], far.0, far.1).as_deref(), Some("candidate"));
    // Two points claim Bayan Obo; one may have it.
    let one = verdict(&["--one-to-one"], "points:ours:1", "global-ree:5029");
    let two = verdict(&["--one-to-one"], "points:ours:2", "global-ree:5029");
    let mut both = [one.unwrap(), two.unwrap()];
    both.sort();
    assert_eq!(both, ["candidate", "linked"]);
}

#[test]
fn a_review_overrides_the_score_and_is_told() {
    let scratch = Scratch::new();
    scratch.file("ours.csv", OURS);
    let args = ["link", "--data", "ours.csv", "--from", "points", "--to", "global-ree"];
    scratch.ok(&[&args[..], &["--candidates", "-o", "links.csv"]].concat());
    let mut reader = csv::Reader::from_path(scratch.path().join("links.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().collect::<Vec<_>>(), link::write::COLUMNS);
    let at = |name: &str| header.iter().position(|column| column == name).unwrap();
    let mut writer = csv::Writer::from_path(scratch.path().join("reviewed.csv")).unwrap();
    writer.write_record(&header).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let review = match (&row[at("subject_id")], &row[at("object_id")]) {
            ("points:ours:1", "global-ree:5029") => "rejected",
            ("points:ours:6", "global-ree:5029") => "accepted",
            _ => "",
        };
        let cells = row.iter().enumerate();
        let cells = cells.map(|(column, cell)| if column == at("review") { review } else { cell });
        writer.write_record(cells).unwrap();
    }
    writer.flush().unwrap();
    drop(writer);

    let again = [&args[..], &["--reviewed", "reviewed.csv"]].concat();
    let table = scratch.ok(&again);
    assert!(table.contains("1 accepted and 1 rejected in review (reviewed.csv)"), "{table}");
    let all = mappings(&scratch, &[&again[1..], &["--candidates"]].concat());
    let rejected = of(&all, "points:ours:1", "global-ree:5029").unwrap();
    assert_eq!(rejected["verdict"], "refused");
    assert!(rejected["comment"].as_str().unwrap().starts_with("rejected in review"), "{rejected}");
    let accepted = of(&all, "points:ours:6", "global-ree:5029").unwrap();
    assert_eq!(accepted["verdict"], "linked");
    assert_eq!(accepted["mapping_justification"], "semapv:ManualMappingCuration");

    // What a person rejected is not said to be the same, what was accepted is.
    let json = scratch.ok(&[&again[..], &["--format", "jsonld"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let node = |id: &str| {
        let graph = json["@graph"].as_array().unwrap();
        graph.iter().find(|node| node["@id"] == format!("urn:reemap:points:ours:{id}")).cloned()
    };
    let same = |id: &str| node(id).map(|node| node["sameAs"][0]["@id"].clone());
    assert_eq!(same("2").unwrap(), "urn:reemap:global-ree:5029");
    assert_eq!(same("6").unwrap(), "urn:reemap:global-ree:5029");
    let one = node("1").map(|node| node.to_string()).unwrap_or_default();
    assert!(!one.contains("global-ree:5029"), "{one}");
    // A contradiction of locations is close, and no owl:sameAs.
    assert!(node("3").unwrap()["sameAs"].is_null());
}

#[test]
fn what_cannot_be_understood_says_where() {
    let scratch = Scratch::new();
    scratch.file("ours.csv", OURS);
    assert!(scratch.run(&["link", "--to", "global"]).err.contains("did you mean global-ree?"));
    assert_eq!(scratch.run(&["link", "--to", "global"]).code, 2);
    assert_eq!(scratch.run(&["link", "--min-confidence", "2"]).code, 2);
    assert_eq!(scratch.run(&["link", "--within", "-3"]).code, 2);
    scratch.file("bad.csv", "subject_id,object_id,review\na,b,maybe\n");
    let error = scratch.fails(1, &["link", "--data", "ours.csv", "--reviewed", "bad.csv"]);
    assert!(error.contains("row 2") && error.contains("maybe"), "{error}");
    let rows = "points:ours:1,global-ree:5029,rejected\npoints:ours:1,global-ree:5029,accepted\n";
    scratch.file("both.csv", &format!("subject_id,object_id,review\n{rows}"));
    let error = scratch.fails(1, &["link", "--data", "ours.csv", "--reviewed", "both.csv"]);
    assert!(error.contains("row 3") && error.contains("in row 2"), "{error}");
    // A review of records that are not here is said, and stops nothing.
    scratch.file("old.csv", "subject_id,object_id,review\npoints:ours:1,global-ree:0,accepted\n");
    let run = scratch.run(&["link", "--data", "ours.csv", "--reviewed", "old.csv"]);
    assert_eq!(run.code, 0);
    assert!(run.err.contains("old.csv, row 2"), "{}", run.err);
    // The reviewed table is an input and stays as it is.
    let args = ["link", "--data", "ours.csv", "--reviewed", "old.csv", "-o", "old.csv"];
    assert_eq!(scratch.run(&args).code, 2);
}

#[test]
fn a_common_name_alone_links_nothing() {
    let scratch = Scratch::new();
    let rows = "name,longitude,latitude,country\nUnnamed deposit,,,\nHill,,,\nSongwe,,,Malawi\n";
    scratch.file("bare.csv", rows);
    let args = ["link", "--data", "bare.csv", "--to", "points", "--from", "global-ree"];
    let all = mappings(&scratch, &[&args[1..], &["--candidates"]].concat());
    let of = |id: &str| -> Vec<(String, String)> {
        let of = all.iter().filter(|link| link["object_id"] == format!("points:bare:{id}"));
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        of.map(|link| (text(&link["subject_id"]), text(&link["verdict"]))).collect()
    };
    assert!(of("2").is_empty(), "{:?}", of("2"));
    assert!(of("3").iter().all(|(_, verdict)| verdict == "candidate"), "{:?}", of("3"));
    assert!(of("4").contains(&("global-ree:4123".into(), "linked".into())), "{:?}", of("4"));
}

/// Two databases of 20,000 sites each: compared one by one they would take hours.
#[test]
fn many_sites_are_linked_without_comparing_all() {
    let syllables = ["ba", "ko", "mi", "tu", "re", "sa", "no", "li", "fe", "gu"];
    let name = |at: usize| -> String {
        (0..5).map(|place| syllables[at * 7919 % 100_000 / 10_usize.pow(place) % 10]).collect()
    };
    let site = |dataset, at: usize| {
        let mut site = Site::new(dataset, at.to_string(), name(at));
        site.point = Some(Point::new(70.0 + (at % 141) as f64 * 0.25, (at / 141) as f64 * 0.25));
        site.commodities = vec![Term { name: "REE".into(), certain: true }];
        site
    };
    let all: Vec<Site> = (0..20_000)
        .flat_map(|at| [site(Dataset::GlobalRee, at), site(Dataset::OtherGis, at)])
        .collect();
    let sites: Vec<&Site> = all.iter().collect();
    let links = link::link(&sites, &Request::default(), Gazetteer::embedded().unwrap()).unwrap();
    let linked: Vec<&Link> = links.iter().filter(|l| l.verdict == Verdict::Linked).collect();
    let right = linked.iter().filter(|l| l.subject.source_id == l.object.source_id).count();
    assert_eq!(right, 20_000);
    assert!(linked.len() < 20_200, "{} links", linked.len());
}
