//! Notes become facts, facts and minerals and deposit types become classes, products segments.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod common;
mod workbook;

use std::collections::BTreeSet;

use proptest::prelude::*;
use reemap::classify::{MineralClass, Rules};
use reemap::site::fact::{
    Amount, Class, Element, Member, Name, Part, Scope, Side, Standing, Statement, Unit,
};
use reemap::site::{
    Confidence, Curation, Dataset, Evidence, Fact, Finding, Note, Product, ReeType, Segment,
    Segments, Site, Term,
};

fn rules() -> Rules {
    Rules::embedded().unwrap()
}

/// Cells of the workbook with what they state.
const CELLS: &[(&str, &str, &str)] = &[
    ("HREE_Note", "19% of TRE", "HREE 19 % of TREE"),
    ("HREE_Note", "enriched in Dy, Eu", "Dy, Eu enriched"),
    ("HREE_Note", "~30% HREE", "HREE ~30 % of TREE"),
    ("HREE_Note", "5% of TREO", "HREE 5 % of TREO"),
    ("HREE_Note", "Y", "elements Y"),
    ("HREE_Note", "enriched", "HREE enriched"),
    ("HREE_Note", "26.01–55.91", "content HREE 26.01–55.91"),
    ("HREE_Note", "up to 1700 ppm", "content HREE up to 1700 ppm"),
    ("HREE_Note", "HREE dominant; Y is significant", "HREE dominant; Y significant"),
    (
        "HREE_Note",
        "HREO forms 85% of TREO. Y2O3 forms 60% of TREO and DyO3 about 7%.",
        "HREO 85 % of TREO; Y2O3 60 % of TREO; Dy2O3 ~7 % of TREO",
    ),
    ("HREE_Note", "depleted", "HREE depleted"),
    ("HREE_Note", "Y is dominant REE", "Y dominant"),
    ("HREE_Note", "Eu relatively enriched in syenite", "Eu enriched in syenite"),
    ("HREE_Note", "HREE significant", "HREE significant"),
    ("HREE_Note", "HREO form 35% of TREO", "HREO 35 % of TREO"),
    ("HREE_Note", "Y 35–40% of TREE", "Y 35–40 % of TREE"),
    ("HREE_Note", "HREO form 14% of TREO", "HREO 14 % of TREO"),
    ("HREE_Note", "21.35% HREE", "HREE 21.35 % of TREE"),
    ("HREE_Note", "Y dominant", "Y dominant"),
    ("HREE_Note", "0.0001-0.01% Yb, 0.01–0.1% Y", "content Yb 0.0001–0.01 %; content Y 0.01–0.1 %"),
    ("HREE_Note", "Y present", "elements Y"),
    ("HREE_Note", "deposit reported to contain 0.1% Y", "content Y 0.1 %"),
    ("HREE_Note", "2.2% Y2O3", "content Y2O3 2.2 %"),
    ("HREE_Note", "~22% of TREO", "HREE ~22 % of TREO"),
    ("HREE_Note", "Y, Eu, Gd", "elements Y, Eu, Gd"),
    ("HREE_Note", "HREE enriched", "HREE enriched"),
    ("HREE_Note", "~30% of TREO", "HREE ~30 % of TREO"),
    ("HREE_Note", "Y; HREE comprises up to 30% of TREE", "elements Y; HREE up to 30 % of TREE"),
    ("HREE_Note", "HREO + Y compose 13.06% of TREO", "HREO+Y 13.06 % of TREO"),
    ("HREE_Note", "25–49,400 ppm Y", "content Y 25–49400 ppm"),
    ("HREE_Note", "locally >3% Y", "content Y >3 %"),
    ("HREE_Note", "0.019% of inferred ore", "content HREE 0.019 % in inferred resource"),
    (
        "HREE_Note",
        "HREO comprises more than 45% of TREO in samples of altered syenite",
        "HREO >45 % of TREO in samples of altered syenite",
    ),
    (
        "HREE_Note",
        "GdOx 1.3%, TbOx 0.1%, DyOx 0.3%, Yox 0.8% of TREO",
        "Gd2O3 1.3 % of TREO; Tb4O7 0.1 % of TREO; Dy2O3 0.3 % of TREO; Y2O3 0.8 % of TREO",
    ),
    ("HREE_Note", "HREO are 40% (average) of TREO", "HREO 40 % of TREO"),
    ("HREE_Note", "HREO 8–15% of TREO", "HREO 8–15 % of TREO"),
    ("HREE_Note", "0.7090% Y reported in a chip sample", "content Y 0.709 % in chip sample"),
    ("HREE_Note", "0.93 Y reported in a chip sample", "content Y 0.93 in chip sample"),
    ("HREE_Note", "310-312 ppm Y reported in 2 samples", "content Y 310–312 ppm in samples"),
    (
        "HREE_Note",
        "129 ppm Y, 11 ppm Eu reported in lake sediments",
        "content Y 129 ppm in lake sediments; content Eu 11 ppm in lake sediments",
    ),
    (
        "HREE_Note",
        "Samples contained up to 4.9% Y, 9100 ppm Dy, 2990 Er, 1440 Yb, and 2150 Tb",
        "content Y up to 4.9 % in samples; content Dy up to 9100 ppm in samples; content Er up to 2990 ppm in samples; content Yb up to 1440 ppm in samples; content Tb up to 2150 ppm in samples",
    ),
    (
        "HREE_Note",
        "0.016% of indicated resource; 0.012% of inferred resource",
        "content HREE 0.016 % in indicated resource; content HREE 0.012 % in inferred resource",
    ),
    ("HREE_Note", "HREE 67% of total REE; Y dominant", "HREE 67 % of TREE; Y dominant"),
    (
        "HREE_Note",
        "soil geochemistry has found >100 ppm for Er, Dy, and Yb",
        "content Er >100 ppm in soil; content Dy >100 ppm in soil; content Yb >100 ppm in soil",
    ),
    (
        "HREE_Note",
        "Five surface samples showed an average of 0.78% HREE.",
        "content HREE 0.78 % in samples",
    ),
    ("HREE_Note", "HREE depleted", "HREE depleted"),
    ("HREE_Note", "HREO is 36% of TREO", "HREO 36 % of TREO"),
    ("HREE_Note", "HREE are 19% of TREE", "HREE 19 % of TREE"),
    ("HREE_Note", "Y-rich", "Y enriched"),
    ("HREE_Note", "Y + HREE", "elements Y, HREE"),
    ("HREE_Note", "HREO >26% of TREO", "HREO >26 % of TREO"),
    ("HREE_Note", "up to 2000 ppm Y", "content Y up to 2000 ppm"),
    (
        "HREE_Note",
        "HREE/TREE as much as 68.21% in channel samples",
        "HREE up to 68.21 % of TREE in channel samples",
    ),
    ("HREE_Note", "significant HREE present", "HREE significant"),
    ("HREE_Note", "Y, Dy", "elements Y, Dy"),
    ("HREE_Note", "HREE is consistently 70% of TREE", "HREE 70 % of TREE"),
    ("HREE_Note", ".05% Y reported", "content Y 0.05 %"),
    (
        "HREE_Note",
        "HREO are 40% of TREO in indicated resource and 38% in inferred",
        "HREO 40 % of TREO in indicated resource; HREO 38 % of TREO in inferred resource",
    ),
    ("HREE_Note", "HREE form up to ~99% of TREE", "HREE up to 99 % of TREE"),
    (
        "HREE_Note",
        "Toongi– 25% HREE; Railway– 30% HREE; Y present",
        "HREE 25 % of TREE in Toongi; HREE 30 % of TREE in Railway; elements Y",
    ),
    ("HREE_Note", "Dy, Y; HREO are 75% of TREO", "elements Dy, Y; HREO 75 % of TREO"),
    ("HREE_Note", "Dy, Yb, Er", "elements Dy, Yb, Er"),
    ("HREE_Note", "Gd, Dy, Y", "elements Gd, Dy, Y"),
    ("HREE_Note", "Y is 54% of TREE", "Y 54 % of TREE"),
    (
        "HREE_Note",
        "0.005–0.06% Y; 0.002–2.06% Yb",
        "content Y 0.005–0.06 %; content Yb 0.002–2.06 %",
    ),
    ("HREE_Note", "Y 300 g/t, Yb 4.2 g/t", "content Y 300 g/t; content Yb 4.2 g/t"),
    ("HREE_Note", "~5% of TREE", "HREE ~5 % of TREE"),
    (
        "HREE_Note",
        "0.2-1% Eu2O3, up to 0.25% Dy and 0.1% Tb in monazite",
        "content Eu2O3 0.2–1 % in monazite; content Dy up to 0.25 % in monazite; content Tb up to 0.1 % in monazite",
    ),
    ("HREE_Note", "503–1793 ppm Y", "content Y 503–1793 ppm"),
    ("HREE_Note", "Eu, Y", "elements Eu, Y"),
    (
        "HREE_Note",
        "HREE are 0.075% of TREE; DY2O3 is 0.008% of TREO(?)",
        "HREE 0.075 % of TREE; Dy2O3 0.008 % of TREO (?)",
    ),
    ("HREE_Note", "Up to 7895 ppm Y", "content Y up to 7895 ppm"),
    ("LREE_Note", "Ce, La,  Nd, Pr", "elements Ce, La, Nd, Pr"),
    ("LREE_Note", "REE is largely LREE", "LREE dominant"),
    ("LREE_Note", "enriched in Nd", "Nd enriched"),
    ("LREE_Note", "enriched in Ce, La, Nd", "Ce, La, Nd enriched"),
    ("LREE_Note", "~80% LREE", "LREE ~80 % of TREE"),
    ("LREE_Note", "Ce, La, Nd, Pr", "elements Ce, La, Nd, Pr"),
    ("LREE_Note", "LREE dominant", "LREE dominant"),
    ("LREE_Note", "248.5–907.20", "content LREE 248.5–907.2"),
    ("LREE_Note", "LREO form 7% of TREO", "LREO 7 % of TREO"),
    ("LREE_Note", "LREE>>HREE", "LREE >> HREE"),
    ("LREE_Note", "dominant", "LREE dominant"),
    ("LREE_Note", "LREE enriched", "LREE enriched"),
    ("LREE_Note", "La+Ce+Pr+Nd form >95% of total REE", "La+Ce+Pr+Nd >95 % of TREE"),
    ("LREE_Note", "LREO form 50% of TREO", "LREO 50 % of TREO"),
    ("LREE_Note", "LREO form 70% of TREO", "LREO 70 % of TREO"),
    ("LREE_Note", "79.17% LREE", "LREE 79.17 % of TREE"),
    (
        "LREE_Note",
        "50.7% Ce, 33.0% La, 5.0% Nd",
        "Ce 50.7 % of TREE; La 33 % of TREE; Nd 5 % of TREE",
    ),
    ("LREE_Note", "260 g/t La, 300 g/t Ce", "content La 260 g/t; content Ce 300 g/t"),
    ("LREE_Note", "80–90% Ce+La+Nd", "Ce+La+Nd 80–90 % of TREE"),
    (
        "LREE_Note",
        "~50% Ce, ~33% La, ~12% Nd, ~4% Pr",
        "Ce ~50 % of TREE; La ~33 % of TREE; Nd ~12 % of TREE; Pr ~4 % of TREE",
    ),
    (
        "LREE_Note",
        "~47% Ce, ~33% La, ~12% Nd, ~4% Pr",
        "Ce ~47 % of TREE; La ~33 % of TREE; Nd ~12 % of TREE; Pr ~4 % of TREE",
    ),
    ("LREE_Note", "Not enriched in Ce", "Ce not enriched"),
    ("LREE_Note", "Ce", "elements Ce"),
    ("LREE_Note", "Ce, La, Nd", "elements Ce, La, Nd"),
    ("LREE_Note", "Ce, Nd, La", "elements Ce, Nd, La"),
    ("LREE_Note", "1.612% of inferred ore", "content LREE 1.612 % in inferred resource"),
    (
        "LREE_Note",
        "LaOx 28%, CeOx 43.4%, NdOx 17.6%, PrOx 5.0%, SmOx 2.7%, EuOx 0.6% of TREO",
        "La2O3 28 % of TREO; CeO2 43.4 % of TREO; Nd2O3 17.6 % of TREO; Pr6O11 5 % of TREO; Sm2O3 2.7 % of TREO; Eu2O3 0.6 % of TREO",
    ),
    (
        "LREE_Note",
        "up to 1205 ppm Ce and 663 ppm La reported in soils",
        "content Ce up to 1205 ppm in soils; content La up to 663 ppm in soils",
    ),
    ("LREE_Note", "up to 1500 ppm Ce in grab samples", "content Ce up to 1500 ppm in grab samples"),
    (
        "LREE_Note",
        "260 ppm La, 612 ppm Ce, 68 ppm Sm reported in lake sediments",
        "content La 260 ppm in lake sediments; content Ce 612 ppm in lake sediments; content Sm 68 ppm in lake sediments",
    ),
    ("LREE_Note", "REE in apatite is 72% LREE", "LREE 72 % of TREE in apatite"),
    (
        "LREE_Note",
        "0.149% of indicated resource; 0.120% of inferred resource",
        "content LREE 0.149 % in indicated resource; content LREE 0.12 % in inferred resource",
    ),
    ("LREE_Note", "LREE are dominant", "LREE dominant"),
    (
        "LREE_Note",
        "2.21% Ce, 0.94% La, and 0.89% Nd reported",
        "content Ce 2.21 %; content La 0.94 %; content Nd 0.89 %",
    ),
    ("LREE_Note", "Ce + La + Nd = ~80% TREO", "Ce+La+Nd ~80 % of TREO"),
    ("LREE_Note", "La, Ce, Nd", "elements La, Ce, Nd"),
    (
        "LREE_Note",
        "Five surface samples showed an average of 15.33% LREE.",
        "content LREE 15.33 % in samples",
    ),
    ("LREE_Note", "0.455% La reported", "content La 0.455 %"),
    ("LREE_Note", "La, Ce, Pr, Nd, Sm", "elements La, Ce, Pr, Nd, Sm"),
    (
        "LREE_Note",
        "Nd is 17% of indicated TREO and 15.6% of inferred TREO",
        "Nd 17 % of TREO in indicated resource; Nd 15.6 % of TREO in inferred resource",
    ),
    ("LREE_Note", "Ce, La", "elements Ce, La"),
    (
        "LREE_Note",
        "0.24–1.67% Ce, 0.12–0.94% La, 0.095–0.68% Nd reported",
        "content Ce 0.24–1.67 %; content La 0.12–0.94 %; content Nd 0.095–0.68 %",
    ),
    (
        "LREE_Note",
        "up to 2000 ppm Ce, 2000 ppm La, 2000 ppm Nd",
        "content Ce up to 2000 ppm; content La up to 2000 ppm; content Nd up to 2000 ppm",
    ),
    ("LREE_Note", "La, Ce", "elements La, Ce"),
    ("LREE_Note", "0.184% Pr and 0.78% Sm reported", "content Pr 0.184 %; content Sm 0.78 %"),
    ("LREE_Note", "La, Nd", "elements La, Nd"),
    (
        "LREE_Note",
        "0.06% Nd, 0.154% Ce 0.09% La reported",
        "content Nd 0.06 %; content Ce 0.154 %; content La 0.09 %",
    ),
    ("LREE_Note", "La, Ce, Pr", "elements La, Ce, Pr"),
    ("LREE_Note", "La, Ce, Nd, Pr", "elements La, Ce, Nd, Pr"),
    ("LREE_Note", "La", "elements La"),
    (
        "LREE_Note",
        "Toongi- 75% LREE: Railway– 70% LREE",
        "LREE 75 % of TREE in Toongi; LREE 70 % of TREE in Railway",
    ),
    ("LREE_Note", "Nd", "elements Nd"),
    (
        "LREE_Note",
        "Up to 0.38% Ce and 0.19% La",
        "content Ce up to 0.38 %; content La up to 0.19 %",
    ),
    ("LREE_Note", "Ce, Nd", "elements Ce, Nd"),
    ("LREE_Note", "0.1–0.2% Ce", "content Ce 0.1–0.2 %"),
    ("LREE_Note", "Ce 110 g/t, La 200 g/t", "content Ce 110 g/t; content La 200 g/t"),
    ("LREE_Note", "0.1% La", "content La 0.1 %"),
    ("LREE_Note", "0.08% CeO", "content CeO2 0.08 %"),
    (
        "LREE_Note",
        "~40% Ce, ~25% La, ~15% Nd, ~5% Pr",
        "Ce ~40 % of TREE; La ~25 % of TREE; Nd ~15 % of TREE; Pr ~5 % of TREE",
    ),
    ("LREE_Note", "13-14% Nd2O3 in monazite", "content Nd2O3 13–14 % in monazite"),
    ("LREE_Note", "Nd2O3 is 0.188% of TREO(?)", "Nd2O3 0.188 % of TREO (?)"),
    ("REE_Ratio", "8.4", "ratio 8.4"),
    ("REE_Ratio", "LREE>HREE", "LREE > HREE"),
    ("REE_Ratio", "<1", "ratio <1"),
    ("REE_Ratio", "5.97–16.23", "ratio 5.97–16.23"),
    ("REE_Ratio", "<1(?)", "ratio <1 (?)"),
    ("REE_Ratio", ">1", "ratio >1"),
    ("REE_Ratio", "0.92-36.32", "ratio 0.92–36.32"),
    ("REE_Ratio", "LREE/HREE = 5.3", "LREE/HREE 5.3"),
    ("REE_Ratio", "~0.8", "ratio ~0.8"),
    ("REE_Ratio", "0.78-18.05", "ratio 0.78–18.05"),
    ("REE_Ratio", ">10", "ratio >10"),
    ("REE_Ratio", "High HREE/LREE", "HREE/LREE high"),
    ("REE_Ratio", "HREE>LREE", "HREE > LREE"),
    ("REE_Ratio", "High LREE/HREE ratio.", "LREE/HREE high"),
    ("REE_Ratio", "> 1", "ratio >1"),
    ("REE", "519–1139 ppm (ave. 879)", "content TREE 519–1139 ppm"),
    ("REE", "Nd, Pr", "elements Nd, Pr"),
    ("REE", "1-2%", "content TREE 1–2 %"),
    ("REE", "41.03-389.47t", "content TREE 41.03–389.47 t"),
    ("REE", "MREO form 8% of TREO", "MREO 8 % of TREO"),
    ("REE", "MREO form 10% of TREO", "MREO 10 % of TREO"),
    (
        "REE",
        "Y2O3 (35%), Pr2O3 and Nd2O3 (20%), Tb2O3 and Dy2O3 (2%–5%)",
        "Y2O3 35 % of TREO; Pr6O11+Nd2O3 20 % of TREO; Tb4O7+Dy2O3 2–5 % of TREO",
    ),
    ("REE", "Eu enriched", "Eu enriched"),
    (
        "REE",
        "0.3–4.5% TREO reported; average grade is about 0.8%",
        "content TREO 0.3–4.5 %; content TREE ~0.8 %",
    ),
    ("REE", "286–731 (511 average) ppm REE (4 samples)", "content TREE 286–731 ppm"),
    (
        "REE",
        "up to 9.6%TREO in some surface samples",
        "content TREO up to 9.6 % in surface samples",
    ),
    (
        "REE",
        "as much a 3.491% TREO in altered syenite and 2.30% TREO in fenite",
        "content TREO up to 3.491 % in altered syenite; content TREO up to 2.3 % in fenite",
    ),
    ("REE", "8.78 TREO found in one grab sample", "content TREO 8.78 in grab sample"),
    ("REE", "TREE>1800 ppm (exclusive of Y)", "content TREE >1800 ppm"),
    (
        "REE",
        "9000-11000 ppm REE + 500-900 ppm Y",
        "content TREE 9000–11000 ppm; content Y 500–900 ppm",
    ),
    ("REE", "700 g/t TR.", "content TREE 700 g/t"),
    ("REE", "64-379 µg/g", "content TREE 64–379 ppm"),
    // That only yttrium was found says no more than that it was.
    ("HREE_Note", "Y only(?)", "elements Y (?)"),
    ("REE", "2 kg/m3 TREO (average)", "content TREO 2 kg/m3"),
    ("REE", "Highest grade drill interval was 1,325 ppm TREE over 1.5 m", "content TREE 1325 ppm"),
    (
        "REE",
        "Y, La, Ce are strongly anomalous at depth based on vegetaion sampling",
        "elements Y, La, Ce",
    ),
];

#[test]
fn cells_of_the_workbook_become_facts() {
    let rules = rules();
    for (column, cell, facts) in CELLS {
        let (found, unread) = rules.parse_note(column, cell);
        assert_eq!(Fact::join(&found), *facts, "{column}: {cell}");
        assert_eq!(unread, None, "{column}: {cell}");
    }
}

#[test]
fn facts_are_read_back_from_their_text() {
    let rules = rules();
    for (column, cell, facts) in CELLS {
        let (found, _) = rules.parse_note(column, cell);
        assert_eq!(Fact::split(facts).unwrap(), found, "{column}: {cell}");
    }
    assert!(Fact::split("  ").unwrap().is_empty());
    for broken in ["", "LREO 70 %", "LREO -1 % of TREO", "LREO NaN % of TREO", "gold dominant"] {
        assert!(broken.parse::<Fact>().is_err(), "{broken}");
    }
}

#[test]
fn cells_without_a_statement_say_so() {
    let rules = rules();
    for (column, cell, reason) in [
        ("REE", "estimated location.", "no statement on light or heavy"),
        ("REE", "hydroxl-bastnäsite-(Nd), hydroxl-bastnäsite-(La)", "no statement"),
        ("REE", "average 8.2 kg/m3 monazite", "its quantity is not of rare earths"),
        ("REE", "~1.7% monazite in HM", "its quantity is not of rare earths"),
        ("HREE_Note", "see Smith (1990)", "no statement"),
    ] {
        let (facts, unread) = rules.parse_note(column, cell);
        assert_eq!(facts, [], "{cell}");
        assert!(unread.unwrap().contains(reason), "{cell}");
    }
}

#[test]
fn nine_of_ten_notes_on_the_split_are_read() {
    let Some(sites) = workbook::sites() else { return };
    let rules = rules();
    for (column, filled) in [("HREE_Note", 149), ("LREE_Note", 90), ("REE_Ratio", 34)] {
        let cells: Vec<&str> = sites
            .iter()
            .flat_map(|site| &site.notes)
            .filter(|note| note.column == column)
            .filter_map(|note| note.text.as_deref())
            .collect();
        let read = cells.iter().filter(|cell| !rules.parse_note(column, cell).0.is_empty());
        let read = read.count();
        assert_eq!(cells.len(), filled, "{column}");
        assert!(read * 10 >= cells.len() * 9, "{column}: {read} of {}", cells.len());
    }
}

fn classified(id: &str) -> Option<Site> {
    let mut site = workbook::sites()?.into_iter().find(|site| site.source_id == id).unwrap();
    rules().classify(&mut site);
    Some(site)
}

fn has_cell(finding: &Finding<ReeType>, cell: &str) -> bool {
    finding.evidence.iter().any(|piece| piece.cell == cell)
}

#[test]
fn xunwu_is_light_though_of_ion_adsorption() {
    let Some(site) = classified("5433") else { return };
    assert_eq!(site.name, "Xunwu");
    assert_eq!(site.ree_type.value, ReeType::Light);
    assert_eq!(site.ree_type.basis, "stated share");
    assert_eq!(site.ree_type.confidence, Some(Confidence::High));
    assert_eq!(site.ree_type.evidence[0].cell, "HREO form 14% of TREO");
    assert!(has_cell(&site.ree_type, "LREO form 70% of TREO"));
    assert_eq!(only(&site.segments).value, Segment::Upstream);
}

#[test]
fn known_chinese_sites_get_their_class() {
    let Some(sites) = workbook::sites() else { return };
    let rules = rules();
    for (id, name, class) in [
        ("5231", "Longnan", ReeType::Heavy),
        ("5490", "Zudong", ReeType::Heavy),
        ("5422", "Xinfeng", ReeType::Mixed),
        ("5433", "Xunwu", ReeType::Light),
        ("5018", "Bachi", ReeType::Light),
        ("5029", "Bayan Obo", ReeType::Light),
        ("5252", "Maoniuping", ReeType::Light),
        ("5067", "Dalucao", ReeType::Light),
        ("5318", "Sanchahe", ReeType::Light),
        ("5388", "Weishan", ReeType::Light),
    ] {
        let mut site = sites.iter().find(|site| site.source_id == id).unwrap().clone();
        rules.classify(&mut site);
        assert_eq!((site.name.as_str(), site.ree_type.value), (name, class));
    }
}

#[test]
fn facts_alone_give_the_class_that_the_text_gives() {
    let Some(sites) = workbook::sites() else { return };
    let rules = rules();
    let spoken = |evidence: &[Evidence]| -> Vec<(String, String, String)> {
        evidence
            .iter()
            .map(|piece| (piece.rule.clone(), piece.column.clone(), piece.says.clone()))
            .collect()
    };
    let mut classes = BTreeSet::new();
    for mut site in sites {
        rules.classify(&mut site);
        let mut bare = site.clone();
        for note in &mut bare.notes {
            note.text = None;
            // By way of the text that the catalogue stores.
            note.facts = Fact::split(&Fact::join(&note.facts)).unwrap();
        }
        rules.classify(&mut bare);
        assert_eq!(bare.ree_type.value, site.ree_type.value, "{}", site.id);
        assert_eq!(bare.ree_type.confidence, site.ree_type.confidence, "{}", site.id);
        assert_eq!(bare.ree_type.basis, site.ree_type.basis, "{}", site.id);
        assert_eq!(spoken(&bare.ree_type.evidence), spoken(&site.ree_type.evidence));
        assert_eq!(bare.segments, site.segments);
        assert!(!site.ree_type.evidence.is_empty());
        classes.insert(site.ree_type.value);
    }
    assert_eq!(classes.len(), 4);
}

#[test]
fn every_mineral_of_the_workbook_is_known() {
    let Some(sites) = workbook::sites() else { return };
    let rules = rules();
    let unknown: BTreeSet<&str> = sites
        .iter()
        .flat_map(|site| &site.ree_minerals)
        .map(|term| term.name.as_str())
        .filter(|name| rules.mineral(name).is_none())
        .collect();
    assert_eq!(unknown, BTreeSet::new());
}

#[test]
fn mineral_names_are_read_as_lists_spell_them() {
    use MineralClass::{Either, Heavy, Light, None};
    let rules = rules();
    for (name, class) in [
        ("bastnäsite", Light),
        ("Bastna\u{308}site-(Ce)", Light),
        ("basnäsite", Light),
        ("bästnasite", Light),
        ("parasite", Light),
        ("monazite-(Nd)", Light),
        ("U-bearing monazite", Light),
        ("yttrium-bearing monazite", Light),
        ("rare monazite", Light),
        ("hydroxylbastnäsite‐(La)", Light),
        ("britholite=(Ce)", Light),
        ("lanthanite-(Ce", Light),
        ("mosandrite (lovchorrite)", Light),
        ("xenotime", Heavy),
        ("xenotime-(Yb)", Heavy),
        ("synchysite-(Y)", Heavy),
        ("britholite-(Y)", Heavy),
        ("bastnäsite-(Y)", Heavy),
        ("Y-parisite", Heavy),
        ("gadinolite-(Y)", Heavy),
        ("gadolinte", Heavy),
        ("yttroflourite", Heavy),
        ("[yttrobetafite]", Heavy),
        ("aeschynite (Y)", Heavy),
        ("fergusonite-(Y)-β", Heavy),
        ("fergusonite-(U)", Heavy),
        ("ytterbium-rich fergusonite", Heavy),
        ("neodymium-bearing churchite", Heavy),
        ("aechynite", Either),
        ("Nb-aeschynite", Either),
        ("aeschynite-(Ce)", Light),
        ("Ce-bearing titanite", Either),
        ("kaolinite", None),
        ("Sr-REE-bearing barite", None),
        ("thortveitite", None),
        ("uraninite (pitchblende)", None),
    ] {
        assert_eq!(rules.mineral(name), Some(class), "{name}");
    }
    assert_eq!(rules.mineral("unobtainite"), Option::None);
}

fn site(minerals: &[&str], types: &[&str], notes: &[(&str, &str)]) -> Site {
    let mut site = Site::new(Dataset::GlobalRee, "1", "a site");
    let term = |name: &&str| match name.strip_suffix("(?)") {
        Some(name) => Term { name: name.into(), certain: false },
        Option::None => Term { name: (*name).into(), certain: true },
    };
    site.ree_minerals = minerals.iter().map(term).collect();
    site.deposit_types = types.iter().map(term).collect();
    site.notes = notes
        .iter()
        .map(|(column, text)| Note {
            column: (*column).into(),
            text: Some((*text).into()),
            facts: Vec::new(),
        })
        .collect();
    rules().classify(&mut site);
    site
}

/// Class, confidence and basis.
fn found(site: &Site) -> (ReeType, Option<Confidence>, &str) {
    (site.ree_type.value, site.ree_type.confidence, site.ree_type.basis.as_str())
}

#[test]
fn evidence_is_weighed() {
    use Confidence::{High, Low, Medium};
    let light = |confidence, basis| (ReeType::Light, Some(confidence), basis);
    let mixed = |confidence, basis| (ReeType::Mixed, Some(confidence), basis);
    let heavy = |confidence, basis| (ReeType::Heavy, Some(confidence), basis);
    let none = (ReeType::Unknown, Option::None, "none");
    let h = |text| [("HREE_Note", text)];
    let l = |text| [("LREE_Note", text)];
    let r = |text| [("REE_Ratio", text)];
    for (site, expected) in [
        // Shares: the lines, ranges over a line, limits, doubt.
        (site(&[], &[], &h("HREO form 14% of TREO")), light(High, "stated share")),
        (site(&[], &[], &h("HREO is 36% of TREO")), mixed(High, "stated share")),
        (site(&[], &[], &h("HREE is consistently 70% of TREE")), heavy(High, "stated share")),
        (site(&[], &[], &h("HREO are 40% (average) of TREO")), mixed(Medium, "stated share")),
        (site(&[], &[], &h("HREE are 19% of TREE")), light(Medium, "stated share")),
        (site(&[], &[], &h("HREO 10–35% of TREO")), mixed(Medium, "stated share")),
        (site(&[], &[], &h("HREO >26% of TREO")), mixed(Medium, "stated share")),
        (site(&[], &[], &h("HREE comprises up to 30% of TREE")), mixed(Low, "stated share")),
        (site(&[], &[], &h("HREE 70% of TREE(?)")), heavy(Medium, "stated share")),
        (site(&[], &[], &h("HREE are 0.075% of TREE")), light(Low, "stated share")),
        // Single elements are the least that their group can be.
        (site(&[], &[], &h("Y is 54% of TREE")), heavy(High, "stated share")),
        (site(&[], &[], &h("Y 35–40% of TREE")), mixed(Low, "stated share")),
        (site(&[], &[], &h("Y 5% of TREE")), none),
        (site(&[], &[], &l("Nd is 17% of TREO")), none),
        (site(&[], &[], &l("La+Ce+Pr+Nd form >95% of total REE")), light(High, "stated share")),
        (site(&[], &[], &l("REE in apatite is 72% LREE")), mixed(Low, "stated share")),
        // Ratios, which stand light over heavy.
        (site(&[], &[], &r("LREE/HREE = 5.3")), light(High, "stated ratio")),
        // A bare number does not say which group stands above the line.
        (site(&[], &[], &r("8.4")), light(Medium, "stated ratio")),
        (site(&[], &[], &r("~0.8")), heavy(Medium, "stated ratio")),
        (site(&[], &[], &r("<1")), heavy(Medium, "stated ratio")),
        (site(&[], &[], &r("<1(?)")), heavy(Low, "stated ratio")),
        (site(&[], &[], &r(">10")), light(Medium, "stated ratio")),
        (site(&[], &[], &r(">1")), light(Low, "stated order")),
        (site(&[], &[], &r("0.78-18.05")), mixed(Low, "stated ratio")),
        (site(&[], &[], &r("High HREE/LREE")), heavy(Medium, "stated dominance")),
        // An order says which group is more; it goes before minerals, and they lift it.
        (site(&[], &[], &r("LREE>HREE")), light(Low, "stated order")),
        (site(&[], &[], &r("HREE>LREE")), heavy(Low, "stated order")),
        (site(&["monazite"], &[], &r("LREE>HREE")), light(Medium, "stated order")),
        (site(&["monazite"], &[], &r("HREE>LREE")), heavy(Low, "stated order")),
        (
            site(&["monazite", "allanite", "xenotime"], &[], &r("LREE>HREE")),
            light(Low, "stated order"),
        ),
        (
            site(&["xenotime", "fergusonite", "monazite"], &[], &r("<1(?)")),
            heavy(Low, "stated ratio"),
        ),
        // Dominance and what is only reported.
        (site(&[], &[], &l("LREE>>HREE")), light(Medium, "stated dominance")),
        (site(&[], &[], &h("Y dominant")), heavy(Medium, "stated dominance")),
        (site(&[], &[], &h("Y, Dy")), heavy(Low, "elements reported")),
        (site(&[], &[], &l("Ce, La, Nd")), light(Low, "elements reported")),
        (site(&[], &[], &h("HREE depleted")), light(Low, "elements reported")),
        (
            site(&[], &[], &[("HREE_Note", "Y, Dy"), ("LREE_Note", "Nd")]),
            mixed(Low, "elements reported"),
        ),
        (site(&[], &[], &h("Eu, Gd")), none),
        // Contents of both groups.
        (
            site(
                &[],
                &[],
                &[("HREE_Note", "0.019% of inferred ore"), ("LREE_Note", "1.612% of inferred ore")],
            ),
            light(Medium, "contents"),
        ),
        (
            site(
                &[],
                &[],
                &[("HREE_Note", "Y 300 g/t, Yb 4.2 g/t"), ("LREE_Note", "Ce 110 g/t, La 200 g/t")],
            ),
            heavy(Low, "contents"),
        ),
        // Contents of one side only say no more than that somebody reported it, and speak last.
        (site(&[], &[], &h("Y 300 g/t, Yb 4.2 g/t")), heavy(Low, "elements reported")),
        (site(&[], &[], &l("2.21% Ce, 0.94% La")), light(Low, "elements reported")),
        (site(&["monazite"], &[], &h("Y 300 g/t")), light(Medium, "minerals")),
        (site(&[], &["carbonatite"], &h("Y 300 g/t")), light(Medium, "deposit type")),
        (site(&[], &[], &[("HREE_Note", "0.05% Y"), ("LREE_Note", "0.184% Pr, 0.78% Sm")]), none),
        // Minerals beat what is only reported, and opposite evidence takes a step off.
        (site(&["monazite"], &[], &[]), light(Medium, "minerals")),
        (site(&["monazite"], &[], &h("Y")), light(Low, "minerals")),
        (site(&["xenotime"], &[], &h("Y")), heavy(Medium, "minerals")),
        (site(&["monazite(?)"], &[], &[]), light(Low, "minerals")),
        (site(&["kaolinite", "zircon", "apatite"], &[], &[]), none),
        // Some minerals speak in some deposits only, where they are the first that says anything.
        (site(&["eudialyte"], &[], &[]), none),
        (site(&["eudialyte"], &["alkaline igneous"], &[]), mixed(Low, "minerals")),
        (site(&["eudialyte(?)"], &["alkaline igneous(?)"], &[]), mixed(Low, "minerals")),
        (
            site(&["eudialyte", "rinkite", "britholite"], &["alkaline igneous"], &[]),
            mixed(Low, "minerals"),
        ),
        (
            site(&["loparite-(Ce)", "eudialyte"], &["alkaline igneous"], &[]),
            light(Medium, "minerals"),
        ),
        (site(&["apatite"], &["alkaline igneous"], &[]), light(Low, "minerals")),
        (site(&["apatite"], &["phosphorite"], &[]), mixed(Low, "deposit type")),
        (site(&["apatite", "monazite"], &["carbonatite"], &[]), light(Medium, "minerals")),
        (site(&["monazite", "xenotime"], &[], &[]), mixed(Low, "minerals")),
        (
            site(&["monazite", "xenotime"], &["shoreline placer"], &[]),
            light(Low, "minerals and deposit type"),
        ),
        // Where both kinds are named in the same order of number, nothing lifts the low.
        (
            site(&["bastnäsite", "monazite", "parisite", "xenotime"], &["carbonatite"], &[]),
            light(Low, "minerals"),
        ),
        // A heavy mineral named first is the main one, against more names of light ones and the
        // type; a light one named first is no news.
        (
            site(&["xenotime", "bastnäsite", "monazite", "parisite"], &["carbonatite"], &[]),
            mixed(Low, "minerals"),
        ),
        (
            site(&["bastnäsite", "gadolinite", "fergusonite", "xenotime"], &[], &[]),
            heavy(Low, "minerals"),
        ),
        (
            site(&["xenotime", "monazite", "allanite"], &["shoreline placer"], &[]),
            light(Low, "minerals and deposit type"),
        ),
        // Not where the minerals may be those of a primary deposit.
        (
            site(
                &["xenotime", "monazite", "allanite"],
                &["alluvial placer", "other igneous deposit"],
                &[],
            ),
            mixed(Low, "minerals"),
        ),
        // What there is little of counts only where nothing else speaks.
        (site(&["monazite", "trace xenotime"], &[], &[]), light(Medium, "minerals")),
        (site(&["trace xenotime"], &[], &[]), heavy(Medium, "minerals")),
        (site(&["rare earth carbonates", "xenotime"], &[], &[]), heavy(Medium, "minerals")),
        (
            site(
                &["fergusonite", "euxenite-(Y)", "samarskite", "loparite-(Ce)", "synchysite"],
                &["carbonatite"],
                &l("Ce, La"),
            ),
            light(Low, "elements reported"),
        ),
        (
            site(
                &["bastnäsite", "monazite", "parisite", "allanite", "ancylite", "xenotime"],
                &["carbonatite"],
                &[],
            ),
            light(Medium, "minerals"),
        ),
        (site(&["xenotime"], &["carbonatite"], &[]), heavy(Low, "minerals")),
        (
            site(&["monazite"], &["carbonatite"], &[("HREE_Note", "HREE 60% of TREE")]),
            heavy(Medium, "stated share"),
        ),
        // Deposit types.
        (site(&[], &["carbonatite"], &[]), light(Medium, "deposit type")),
        (site(&[], &["carbonatite(?)"], &[]), light(Low, "deposit type")),
        (site(&[], &["shoreline placer"], &[]), light(Low, "deposit type")),
        (site(&[], &["iron oxide-apatite"], &[]), light(Low, "deposit type")),
        (site(&[], &["phosphorite"], &[]), mixed(Low, "deposit type")),
        (site(&[], &["bauxite tailings"], &[]), light(Low, "deposit type")),
        (site(&[], &["bauxite"], &[]), none),
        (site(&[], &["alkaline igneous"], &[]), none),
        (site(&[], &[], &[]), none),
    ] {
        let given = (&site.ree_minerals, &site.deposit_types, &site.notes);
        assert_eq!(found(&site), expected, "{given:?}");
    }
}

#[test]
fn ion_adsorption_alone_decides_nothing() {
    for subtype in ["ion adsorption", "weathered residual, ion absorption", "ionic clay-type REE"] {
        let mut site = site(&[], &["supergene"], &[]);
        site.deposit_subtype = Some(subtype.into());
        rules().classify(&mut site);
        assert_eq!(site.ree_type.value, ReeType::Unknown);
        assert!(site.ree_type.evidence.iter().any(|piece| piece.cell == subtype));
    }
}

#[test]
fn a_stated_class_decides() {
    for (stated, class) in [
        ("stated light", ReeType::Light),
        ("stated mixed", ReeType::Mixed),
        ("stated mid-heavy", ReeType::Mixed),
        ("stated heavy", ReeType::Heavy),
    ] {
        let mut site = Site::new(Dataset::Curated, "1", "a plant");
        let facts = Fact::split(stated).unwrap();
        site.notes = vec![Note { column: "class".into(), text: Option::None, facts }];
        rules().classify(&mut site);
        assert_eq!(found(&site), (class, Some(Confidence::High), "stated class"));
        assert_eq!(site.ree_type.evidence[0].cell, stated);
    }
}

#[test]
fn a_class_in_a_curated_row_is_no_surer_than_the_row() {
    use Confidence::{High, Low, Medium};
    for (stated, row, confidence) in [
        ("stated light", High, High),
        ("stated heavy", Medium, Medium),
        ("stated light", Low, Low),
        ("stated mixed (?)", High, Low),
        ("stated heavy (?)", Medium, Low),
        ("stated mixed (?)", Low, Low),
    ] {
        let mut site = Site::new(Dataset::Curated, "1", "a plant");
        let facts = Fact::split(stated).unwrap();
        site.notes = vec![Note { column: "class".into(), text: Option::None, facts }];
        site.curation = Some(Curation {
            confidence: row,
            place: Option::None,
            precision: "city".into(),
            evidence: Option::None,
            as_of: Option::None,
            licence: "facts".into(),
        });
        rules().classify(&mut site);
        assert_eq!(site.ree_type.confidence, Some(confidence), "{stated} in a {row} row");
    }
}

#[test]
fn a_subtype_alone_is_sure_only_of_carbonatite_and_of_monazite_placers() {
    use Confidence::{Low, Medium};
    for (subtype, confidence) in [
        ("carbonatite-hosted deposits", Medium),
        ("nodular monazite", Medium),
        ("carbonatite-associated(?)", Low),
        ("metamorphic or carbonatite", Low),
        ("uncertain if weathered carbonatite or sedimentary", Low),
        ("carbonatite and alkaline igneous intrusions related?", Low),
        ("monazite in adamellite", Low),
        ("allanite in veins, skarn", Low),
        ("surficial placers", Low),
        ("IOCG", Low),
    ] {
        let mut site = site(&[], &["other igneous deposit"], &[]);
        site.deposit_subtype = Some(subtype.into());
        rules().classify(&mut site);
        assert_eq!(found(&site), (ReeType::Light, Some(confidence), "deposit type"), "{subtype}");
    }
}

#[test]
fn the_bases_are_few_and_plain() {
    let rules = rules();
    let mut found = BTreeSet::new();
    for mut site in reemap::dataset::embedded(|_| true).unwrap().sites {
        rules.classify(&mut site);
        found.insert(site.ree_type.basis);
    }
    let known = [
        "contents",
        "deposit type",
        "elements reported",
        "minerals",
        "minerals and deposit type",
        "none",
        "stated class",
        "stated dominance",
        "stated order",
        "stated ratio",
        "stated share",
    ];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

const MINE: &str = "Mines and Quarries";
const PLANT: &str = "Mineral Processing Plants";

/// The segments of a facility with products of a commodity, a form and a note.
fn noted_facility(kind: &str, products: &[(&str, &str, &str)]) -> Segments {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut site = Site::new(Dataset::ChinaGis, "CHN001", "a facility");
    site.kind = Some(Term { name: kind.into(), certain: true });
    site.products = products
        .iter()
        .map(|(commodity, form, note)| Product {
            commodity: (*commodity).into(),
            form: some(form),
            note: some(note),
            ..Product::default()
        })
        .collect();
    rules().classify(&mut site);
    site.segments
}

fn facility(kind: &str, products: &[(&str, &str)]) -> Segments {
    let products: Vec<_> = products.iter().map(|(name, form)| (*name, *form, "")).collect();
    noted_facility(kind, &products)
}

/// The one finding on a facility in one segment.
fn only(segments: &Segments) -> &Finding<Segment> {
    assert_eq!(segments.findings().len(), 1, "{segments}");
    &segments.findings()[0]
}

#[test]
fn products_and_facility_types_give_the_segment() {
    use Confidence::{High, Low, Medium};
    use Segment::{Downstream, Midstream, Upstream};
    for (kind, commodity, form, segment, confidence) in [
        // As the African release has them.
        (MINE, "Rare Earth elements (REE)", "", Upstream, Medium),
        (PLANT, "Rare Earth elements (REE)", "", Midstream, Low),
        (MINE, "Rare Earth elements (REE)", "Mine", Upstream, High),
        (PLANT, "Rare Earth elements (REE)", "Refined", Midstream, High),
        // As later ones do.
        (MINE, "Rare Earths", "Ore", Upstream, High),
        (PLANT, "Rare Earths", "Concentrate", Upstream, High),
        (PLANT, "Rare Earths", "Concentrate, rare-earth oxide content", Upstream, High),
        (PLANT, "Rare Earths", "Rare-Earth Compounds", Midstream, High),
        (PLANT, "Rare-Earth Compounds", "", Midstream, High),
        (PLANT, "Rare Earths", "Metal", Midstream, High),
        (PLANT, "Rare Earths", "Alloy", Midstream, High),
        (PLANT, "NdFeB magnets", "", Downstream, High),
        (PLANT, "Rare Earths", "NdFeB alloy powder", Midstream, High),
        (PLANT, "Rare Earths", "Magnets", Downstream, High),
        (PLANT, "Monazite", "", Upstream, High),
        (PLANT, "Bastnäsite", "Concentrate", Upstream, High),
        (PLANT, "Yttrium", "Oxide", Midstream, High),
        (PLANT, "Rare Earths", "Hydroxide", Midstream, High),
        (PLANT, "Rare Earths", "Magnetic materials", Downstream, Medium),
        (PLANT, "Rare Earths", "Beneficiated", Upstream, High),
        (PLANT, "Rare Earths", "Beneficiation, magnetic separation", Upstream, High),
        ("Beneficiation plant", "Rare Earths", "", Upstream, Medium),
        // What a form says of an amount is not the product.
        (MINE, "Rare Earths", "Rare-earth oxide equivalent", Upstream, Medium),
        (MINE, "Rare Earths", "High-grade ore", Upstream, High),
    ] {
        let segments = facility(kind, &[(commodity, form)]);
        let found = only(&segments);
        let expected = (segment, Some(confidence));
        assert_eq!((found.value, found.confidence), expected, "{kind}, {commodity}, {form}");
        assert_eq!(found.evidence.len(), 1);
    }
}

#[test]
fn only_rare_earth_products_count_for_the_segment() {
    let copper = facility(PLANT, &[("Copper", "Metal")]);
    assert_eq!(
        (copper.to_string(), copper.basis()),
        ("unknown".into(), "no rare-earth product".into())
    );
    assert_eq!(copper.confidence(), None);
    let both = facility(MINE, &[("Iron ore", "Metal"), ("Rare Earths", "Ore")]);
    assert_eq!(only(&both).value, Segment::Upstream);
    let oil = facility("Oil and Gas Fields", &[("Rare Earths", "")]);
    assert_eq!(only(&oil).value, Segment::Unknown);
    assert_eq!(oil.basis(), "product and facility type not stated");
}

#[test]
fn a_facility_is_in_the_segment_of_each_of_its_products() {
    // Downstream first, and one product twice: the segments come in order, the evidence once.
    let products = [
        ("Rare Earths", "Magnets"),
        ("Rare Earths", "Metal"),
        ("Rare Earths", ""),
        ("Rare Earths", "Oxide"),
        ("Rare Earths", "Metal"),
        ("Iron ore", "Concentrate"),
    ];
    let found = facility(MINE, &products);
    assert_eq!(found.to_string(), "upstream; midstream; downstream");
    assert_eq!(found.confidence().unwrap(), "medium; high; high");
    assert_eq!(found.basis(), "facility type; product; product");
    assert!(found.has(Segment::Midstream) && !found.has(Segment::Unknown));
    let cells: Vec<Vec<&str>> = found
        .findings()
        .iter()
        .map(|finding| finding.evidence.iter().map(|piece| piece.cell.as_str()).collect())
        .collect();
    assert_eq!(
        cells,
        [
            vec!["Rare Earths; Mines and Quarries"],
            vec!["Rare Earths, Metal", "Rare Earths, Oxide"],
            vec!["Rare Earths, Magnets"],
        ]
    );
}

#[test]
fn a_plant_is_of_unknown_product_only_where_none_is_stated() {
    let found = facility(PLANT, &[("Rare Earths", ""), ("Rare Earths", "Concentrate")]);
    assert_eq!(only(&found).value, Segment::Upstream);
    let found = facility(PLANT, &[("Rare Earths", ""), ("Copper", "Concentrate")]);
    assert_eq!(only(&found).confidence, Some(Confidence::Low));
    assert!(only(&found).evidence[0].says.contains("not stated"), "{found:?}");
}

#[test]
fn the_note_on_a_product_speaks_after_its_form_and_before_its_name() {
    for (commodity, form, note, segments) in [
        // The note alone.
        ("Rare Earths", "", "NdFeB magnets", "downstream"),
        ("Rare Earths", "", "separated oxides", "midstream"),
        ("Monazite", "", "Separated oxides (99.9 %)", "midstream"),
        ("Rare Earths", "", "Separated oxides and NdFeB magnets", "midstream; downstream"),
        ("Rare Earths", "", "Oxides, carbonates", "midstream"),
        // A form decides, save where the note only narrows it.
        ("Rare Earths", "Concentrate", "separated oxides", "upstream"),
        ("Rare Earths", "Alloy", "NdFeB magnets", "downstream"),
        ("Rare Earths", "Metal, alloy", "Sm-Co magnets", "downstream"),
        ("Rare Earths", "Metal, alloy", "NdFeB", "midstream"),
        ("Rare Earths", "Alloy", "magnet alloys", "midstream"),
        ("Rare Earths", "Metal, alloy", "owned by a magnet maker", "midstream"),
        ("Rare Earths", "Oxide", "NdFeB magnets", "midstream"),
        // What the note says of something else than the product.
        ("Rare Earths", "Alloy", "for NdFeB magnets", "midstream"),
        ("Rare Earths", "Alloy", "Feed for motors, magnets", "midstream"),
        ("Rare Earths", "Metal", "NdFeB magnets planned", "midstream"),
        ("Monazite", "", "rare-earth oxide equivalent", "upstream"),
        ("Monazite", "", "not separated", "upstream"),
        ("Rare Earths", "", "Oxides for magnets; from monazite", "midstream"),
        // The note alone makes the product one of rare earths.
        ("Magnets", "", "NdFeB", "downstream"),
        ("Metal", "", "dysprosium and terbium", "midstream"),
        ("Magnets", "", "ferrite", "unknown"),
        ("Iron ore", "Ore", "from a rare-earth deposit", "unknown"),
    ] {
        let found = noted_facility("Plant", &[(commodity, form, note)]);
        assert_eq!(found.to_string(), segments, "{commodity}, {form}, {note}: {found:?}");
    }
    let found = noted_facility(PLANT, &[("Rare Earths", "Alloy", "NdFeB magnets")]);
    assert_eq!(found.basis(), "product note");
    assert_eq!(only(&found).evidence[0].cell, "Rare Earths, Alloy; note: NdFeB magnets");
}

#[test]
fn a_form_that_enumerates_names_several_products() {
    for (commodity, form, segments) in [
        ("Rare Earths", "Oxide, metal, and magnets", "midstream; downstream"),
        ("Rare Earths", "Oxide, metal & magnets", "midstream; downstream"),
        ("Rare Earths", "Oxide (99.9%), metal, and magnets", "midstream; downstream"),
        ("Rare Earths", "Concentrate; Oxide", "upstream; midstream"),
        ("Rare Earths", "Concentrate and oxide", "upstream; midstream"),
        ("Rare Earths", "Oxide and metal", "midstream"),
        ("Rare Earths", "Concentrate, rare-earth oxide content", "upstream"),
        ("Rare Earths", "Concentrate, rare-earth oxide", "upstream"),
        ("Rare Earths", "Concentrate (yttrium and scandium oxide)", "upstream"),
        ("Monazite", "Columbite-tantalite, ore and concentrate", "upstream"),
    ] {
        let found = facility(PLANT, &[(commodity, form)]);
        assert_eq!(found.to_string(), segments, "{commodity}, {form}: {found:?}");
    }
}

#[test]
fn what_a_product_is_not_gives_no_segment() {
    for (commodity, form, note, segments) in [
        // A denial holds for its whole sentence.
        ("Iron Ore", "Concentrate", "Rare earths not recovered", "unknown"),
        ("Iron Ore", "Concentrate", "Rare earths, in tailings, are not recovered", "unknown"),
        ("Iron Ore", "Concentrate", "Rare earths: none", "unknown"),
        ("Iron Ore", "Concentrate, rare earths not recovered", "", "unknown"),
        ("Iron Ore", "Concentrate", "Not sintered; monazite", "upstream"),
        ("Rare Earths", "Alloy", "Magnets no longer produced", "midstream"),
        ("Monazite", "", "Line No. 2, separated oxides", "midstream"),
        // What is excepted is not meant; the rest is.
        ("Rare Earths", "Alloys other than magnets", "", "midstream"),
        ("Rare Earths", "Alloys (except magnets)", "", "midstream"),
        ("Rare Earths", "Metal and alloys excluding magnets", "", "midstream"),
        ("Rare Earths", "Alloy", "Alloys other than magnets", "midstream"),
        ("Rare Earths", "Metal", "Lanthanum metal; other than magnets", "midstream"),
        ("Rare-earth alloys except magnets", "", "", "midstream"),
        ("Zircon", "Concentrate", "Heavy minerals excluding monazite", "unknown"),
        // Rare earths go into other products too.
        ("Iron and Steel", "Steel", "Rare-earth steel", "unknown"),
        ("Ferroalloys", "Ferrosilicon", "Rare-earth ferrosilicon", "midstream"),
        ("Titanium", "Concentrate", "Ilmenite, rutile, monazite", "upstream"),
        ("Gold", "Ore", "GREEN stone; FREE milling", "unknown"),
        ("Ceramics", "Magnets", "Ferrite", "unknown"),
        // Magnetic materials of rare earths are mostly magnets, but an alloy stays one.
        ("Rare Earths", "", "Magnetic materials", "downstream"),
        ("Rare Earths", "Alloy", "Magnetic materials", "midstream"),
        ("Rare Earths", "", "Beneficiation", "upstream"),
    ] {
        let found = noted_facility(PLANT, &[(commodity, form, note)]);
        assert_eq!(found.to_string(), segments, "{commodity}, {form}, {note}: {found:?}");
    }
    let found = noted_facility(PLANT, &[("Rare Earths", "", "Magnetic materials")]);
    assert_eq!(only(&found).confidence, Some(Confidence::Medium));
}

#[test]
fn a_layer_of_exploration_sites_is_upstream() {
    let mut site = Site::new(Dataset::AfricaGis, "AFR1", "a prospect");
    site.record.table = "AFR_Mineral_Exploration".into();
    site.commodities = vec![Term { name: "Rare Earth elements (REE)".into(), certain: true }];
    rules().classify(&mut site);
    assert_eq!(only(&site.segments).value, Segment::Upstream);
    site.commodities = vec![Term { name: "Gold".into(), certain: true }];
    rules().classify(&mut site);
    assert_eq!(only(&site.segments).value, Segment::Unknown);
}

#[test]
fn rare_earth_commodities_are_whole_words() {
    let rules = rules();
    for commodity in [
        "Rare Earth elements (REE)",
        "Rare Earths",
        "Rare-Earth Compounds",
        "REE",
        "monazite",
        "Bastnäsite",
        "bastnaesite",
        "Xenotime concentrate",
        "Yttrium",
        "scandium oxide",
        "NdFeB",
        "Sm-Co magnets",
        "samarium",
        "Y",
        "Sc",
    ] {
        assert!(rules.is_rare_earth(commodity), "{commodity}");
    }
    for commodity in [
        "",
        "Copper",
        "Amreya Freezone",
        "Greece",
        "Iron and steel",
        "S",
        "Uranium",
        "Titanium",
        "rare metals",
        "Tree bark",
        "y",
    ] {
        assert!(!rules.is_rare_earth(commodity), "{commodity}");
    }
}

fn amounts() -> impl Strategy<Value = Amount> {
    let number = prop_oneof![0.0..1e6f64, (0u32..10_000).prop_map(|n| f64::from(n) / 100.0)];
    (number.clone(), number, 0..6u8).prop_map(|(a, b, kind)| match kind {
        0 => Amount::Exactly(a),
        1 => Amount::About(a),
        2 => Amount::Between(a, b),
        3 => Amount::Above(a),
        4 => Amount::Below(a),
        _ => Amount::UpTo(a),
    })
}

fn parts() -> impl Strategy<Value = Part> {
    let name = prop_oneof![
        Just(Name::Light),
        Just(Name::Middle),
        Just(Name::Heavy),
        Just(Name::All),
        prop::sample::select(Element::ALL).prop_map(Name::Element),
    ];
    let member = (name, any::<bool>()).prop_map(|(name, oxide)| Member { name, oxide });
    prop::collection::vec(member, 1..5).prop_map(|members| Part::new(members).unwrap())
}

fn statements() -> impl Strategy<Value = Statement> {
    let side = || prop::sample::select(&[Side::Light, Side::Heavy][..]);
    let unit = prop::sample::select(
        Unit::NAMED.iter().copied().chain([Unit::Unstated]).collect::<Vec<_>>(),
    );
    prop_oneof![
        (parts(), amounts(), any::<bool>()).prop_map(|(part, percent, oxides)| Statement::Share {
            part,
            percent,
            oxides
        }),
        (parts(), prop::sample::select(&Standing::ALL[..]))
            .prop_map(|(part, standing)| Statement::Standing { part, standing }),
        (side(), amounts()).prop_map(|(upper, amount)| Statement::Ratio { upper, amount }),
        amounts().prop_map(|amount| Statement::BareRatio { amount }),
        side().prop_map(|upper| Statement::HighRatio { upper }),
        (side(), any::<bool>()).prop_map(|(greater, by_far)| Statement::Order { greater, by_far }),
        parts().prop_map(Statement::Elements),
        (parts(), amounts(), unit).prop_map(|(part, amount, unit)| Statement::Content {
            part,
            amount,
            unit
        }),
        prop::sample::select(&Class::ALL[..]).prop_map(Statement::Class),
    ]
}

fn facts() -> impl Strategy<Value = Fact> {
    (statements(), prop::option::of(any::<String>()), any::<bool>()).prop_map(
        |(statement, scope, certain)| Fact {
            statement,
            scope: scope.and_then(|text| Scope::new(&text)),
            certain,
        },
    )
}

proptest! {
    #[test]
    fn any_fact_is_read_back_from_its_text(facts in prop::collection::vec(facts(), 0..4)) {
        let text = Fact::join(&facts);
        prop_assert_eq!(Fact::split(&text).unwrap(), facts, "{}", text);
    }

    #[test]
    fn no_text_makes_the_parser_fail(column in "[A-Z_]{0,10}", text in any::<String>()) {
        let (facts, _) = rules().parse_note(&column, &text);
        prop_assert_eq!(Fact::split(&Fact::join(&facts)).unwrap(), facts);
    }

    #[test]
    fn no_sentence_of_note_words_makes_it_fail(
        column in prop::sample::select(&["HREE_Note", "LREE_Note", "REE_Ratio", "REE"][..]),
        words in prop::collection::vec(prop::sample::select(&[
            "HREO", "LREE", "TREO", "Y", "Ce", "Y2O3", "form", "is", "of", "in", "up", "to", "as",
            "much", "dominant", "enriched", "not", "~", ">", "<", "/", "-", "–", "+", ",", ";",
            ".", "(?)", "(", ")", "%", "ppm", "g/t", "14", "70", "0.8", "1,325", ".05", "monazite",
        ][..]), 0..14),
    ) {
        let (facts, _) = rules().parse_note(column, &words.join(" "));
        prop_assert_eq!(Fact::split(&Fact::join(&facts)).unwrap(), facts);
    }

    #[test]
    fn no_name_makes_mineral_or_commodity_matching_fail(name in any::<String>()) {
        let rules = rules();
        rules.mineral(&name);
        rules.is_rare_earth(&name);
        let _ = Fact::split(&name);
    }
}
