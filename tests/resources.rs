//! What the cells on resources state: values, ranges, units, categories, estimates; what can't be
//! read is listed; nothing counts twice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Scratch, catalogue, shared};
use proptest::prelude::*;
use reemap::classify::Rules;
use reemap::dataset::{self, Dictionary};
use reemap::error::Notices;
use reemap::resource::{self, COLUMNS, Column, Resources};
use reemap::site::Site;
use reemap::source;

const WORKBOOK: &str = "global_ree/Global_REE_occurrence_database.xlsx";
const NONSPATIAL: &str = "global_ree/Global_REE_nonspatial_table.csv";

/// The resources of a record with these cells alone.
fn read(cells: &[(&str, &str)]) -> Resources {
    resource::read(|column| {
        cells.iter().find(|(name, _)| *name == column).map(|(_, cell)| (*cell).to_owned())
    })
    .unwrap()
}

/// Cells of the database with what they state.
const CELLS: &[(&str, &str, &str)] = &[
    ("RR_TREOgrd", "1.28", "TREO grade 1.28 %"),
    ("RR_TREOgrd", "5.0", "TREO grade 5 %"),
    ("RR_TREOgrd", "1.50%", "TREO grade 1.5 %"),
    ("RR_TREOgrd", "0.0002 estimated", "TREO grade 0.0002 % estimated"),
    ("RR_TREOgrd", "0.02?", "TREO grade 0.02 % (?)"),
    ("RR_TREOgrd", "0.9%(?)", "TREO grade 0.9 % (?)"),
    ("RR_TREOgrd", "0.05–0.30", "TREO grade 0.05–0.3 %"),
    ("RR_TREOgrd", "0.05-0.1", "TREO grade 0.05–0.1 %"),
    ("RR_TREOgrd", "0.0519–0.0435", "TREO grade 0.0435–0.0519 %"),
    ("RR_TREOgrd", ">0.05", "TREO grade >0.05 %"),
    ("RR_TREOgrd", "~0.089", "TREO grade ~0.089 %"),
    ("RR_TREOgrd", "0.051 C2", "TREO grade 0.051 % C2"),
    ("RR_TREOgrd", "0.6–1.2 est", "TREO grade 0.6–1.2 % estimated"),
    (
        "RR_TREOgrd",
        "0.164 indicated; 0.132 inferred",
        "TREO grade 0.164 % indicated; TREO grade 0.132 % inferred",
    ),
    (
        "RR_TREOgrd",
        "0.32 indicated, 0.27 inferred",
        "TREO grade 0.32 % indicated; TREO grade 0.27 % inferred",
    ),
    (
        "RR_TREOgrd",
        "1.16 probable, 0.92 indicated, 0.85 inferred",
        "TREO grade 1.16 % probable; TREO grade 0.92 % indicated; TREO grade 0.85 % inferred",
    ),
    (
        "RR_TREOgrd",
        "2 measured + indicated + inferred",
        "TREO grade 2 % measured + indicated + inferred",
    ),
    ("RR_TREOgrd", "1.53 + 0.4 Y", "TREO grade 1.53 %; Y grade 0.4 %"),
    ("RR_TREOgrd", "1) 0.15%", "1) TREO grade 0.15 %"),
    ("RR_TREOgrd", "1) 1.0–3.18", "1) TREO grade 1–3.18 %"),
    ("RR_TREOgrd", "1) 0.62%; 3) 4.24%", "1) TREO grade 0.62 %; 3) TREO grade 4.24 %"),
    (
        "RR_TREOgrd",
        "1) 3.5–5; 2) >1.6; 3) 1.62",
        "1) TREO grade 3.5–5 %; 2) TREO grade >1.6 %; 3) TREO grade 1.62 %",
    ),
    (
        "RR_TREOgrd",
        "1) 0.933 indicated, 0.88 inferred; 2) 0.89",
        "1) TREO grade 0.933 % indicated; 1) TREO grade 0.88 % inferred; 2) TREO grade 0.89 %",
    ),
    // What stands before a second estimate is the first.
    (
        "RR_TREOgrd",
        "1.77 measured, 1.9 indicated, 1.88 inferred; 2) 1.4",
        "1) TREO grade 1.77 % measured; 1) TREO grade 1.9 % indicated; 1) TREO grade 1.88 % inferred; 2) TREO grade 1.4 %",
    ),
    (
        "RR_TREOgrd",
        "2) 0.5–36(10.6 average)",
        "2) TREO grade 0.5–36 %; 2) TREO grade 10.6 % average",
    ),
    (
        "RR_TREOgrd",
        "3) weathered: 2.0–16.8, primary: 0.6–31.35; 4) 1.4",
        "3) TREO grade 2–16.8 % in weathered; 3) TREO grade 0.6–31.35 % in primary; 4) TREO grade 1.4 %",
    ),
    (
        "RR_TREOgrd",
        "Upper zone— 1.48 indicated, 1.26 inferred; Lower zone— 1.56 indicated + 1.35 inferred",
        "TREO grade 1.48 % indicated in Upper zone; TREO grade 1.26 % inferred in Upper zone; TREO grade 1.56 % indicated in Lower zone; TREO grade 1.35 % inferred in Lower zone",
    ),
    (
        "RR_TREO_Mt",
        "1) 57.4 resource; 2) 135 total prospective reserve, 43.5 industrial reserve; 3) 118 resource",
        "1) TREO 57.4 Mt resource; 2) TREO 135 Mt prospective reserve; 2) TREO 43.5 Mt industrial reserve; 3) TREO 118 Mt resource",
    ),
    ("RR_TREO_Mt", "0.000123  total resource", "TREO 0.000123 Mt total resource"),
    ("RR_TREO_Mt", "0.000025 identified", "TREO 0.000025 Mt identified"),
    ("RR_TREO_Mt", "0.0000261 + 0.000183 SRE2O3", "TREO 0.0000261 Mt; SRE2O3 0.000183 Mt"),
    ("RR_TREO_Mt", "0.00007 C2; 0.0002 inferred", "TREO 0.00007 Mt C2; TREO 0.0002 Mt inferred"),
    ("RR_TREO_Mt", "0.0003639 measured", "TREO 0.0003639 Mt measured"),
    ("RR_TREO_Mt", "0.0008?", "TREO 0.0008 Mt (?)"),
    ("RR_TREO_Mt", "0.05 to 0.2", "TREO 0.05–0.2 Mt"),
    ("RR_TREO_Mt", "<0.05", "TREO <0.05 Mt"),
    ("RR_TREO_Mt", ">0.2", "TREO >0.2 Mt"),
    ("RR_TREO_Mt", "0.12 indicated+inferred", "TREO 0.12 Mt indicated + inferred"),
    (
        "RR_TREO_Mt",
        "0.136 probable, 0.213 indicated, 0.256 inferred",
        "TREO 0.136 Mt probable; TREO 0.213 Mt indicated; TREO 0.256 Mt inferred",
    ),
    ("RR_TREO_Mt", "0.194 proven + probable", "TREO 0.194 Mt proven + probable"),
    ("RR_TREO_Mt", "0.25 estimated resource", "TREO 0.25 Mt estimated"),
    ("RR_TREO_Mt", "0.954  (CeO2+La2O3+Nd2O3)", "CeO2+La2O3+Nd2O3 0.954 Mt"),
    ("RR_TREO_Mt", "1) 0.94; 2) 7.7 proven + probable + 10 possible", {
        "1) TREO 0.94 Mt; 2) TREO 7.7 Mt proven + probable; 2) TREO 10 Mt possible"
    }),
    (
        "RR_TREO_Mt",
        "1) estimated at >1.45: 2) 1.2; 3) 3.17 resource",
        "1) TREO >1.45 Mt estimated; 2) TREO 1.2 Mt; 3) TREO 3.17 Mt resource",
    ),
    (
        "RR_TREO_Mt",
        "1) 0.085 measured + 0.474 indicated + 0.06 inferred; 2) 0.0092 upper tailings, 0.029 lower tailings",
        "1) TREO 0.085 Mt measured; 1) TREO 0.474 Mt indicated; 1) TREO 0.06 Mt inferred; 2) TREO 0.0092 Mt in upper tailings; 2) TREO 0.029 Mt in lower tailings",
    ),
    ("RR_TREO_Mt", "25.197 C2; 0.253 P1+P2", "TREO 25.197 Mt C2; TREO 0.253 Mt P1 + P2"),
    (
        "RR_TREO_Mt",
        "7.9 total resource, 11.7 proven+probable",
        "TREO 7.9 Mt total resource; TREO 11.7 Mt proven + probable",
    ),
    ("RR_TREO_Mt", "42.98 measured +indicated", "TREO 42.98 Mt measured + indicated"),
    ("RR_TREO_Mt", "1) 1.89: 2) 2.67", "1) TREO 1.89 Mt; 2) TREO 2.67 Mt"),
    (
        "RR_TREO_Mt",
        "2) 0.226 identified + 0.1176 speculative",
        "2) TREO 0.226 Mt identified; 2) TREO 0.1176 Mt speculative",
    ),
    (
        "RR_Ore_Mt",
        "2) 1,628 prospective reserve; 4) 1,200 tailings",
        "2) ore 1628 Mt prospective reserve; 4) ore 1200 Mt in tailings",
    ),
    ("RR_Ore_Mt", "17 inferred", "ore 17 Mt inferred"),
    ("RR_Ore_Mt", "4,300 inferred", "ore 4300 Mt inferred"),
    ("RR_Ore_Mt", "0.009633 C2; 0.0108 P1", "ore 0.009633 Mt C2; ore 0.0108 Mt P1"),
    ("RR_Ore_Mt", "0.050 exploitable", "ore 0.05 Mt exploitable"),
    ("RR_Ore_Mt", "0.324 measured + 0.017 proven", "ore 0.324 Mt measured; ore 0.017 Mt proven"),
    ("RR_Ore_Mt", "1) 440 Mt; 2) 400 Mt", "1) ore 440 Mt; 2) ore 400 Mt"),
    ("RR_Ore_Mt", "1) 5.6 geologic", "1) ore 5.6 Mt geologic resource"),
    ("RR_Ore_Mt", "1) 1.18 demonstrated; 2) 150", "1) ore 1.18 Mt demonstrated; 2) ore 150 Mt"),
    ("RR_Ore_Mt", "1.7-8.5 estimated", "ore 1.7–8.5 Mt estimated"),
    ("RR_Ore_Mt", "1600 (coal resource)", "ore 1600 Mt resource in coal"),
    (
        "RR_Ore_Mt",
        "1) 437 indicated; 2) 437 indicated; 3) 673 measure+indicated+inferred, 143 proven",
        "1) ore 437 Mt indicated; 2) ore 437 Mt indicated; 3) ore 673 Mt measured + indicated + inferred; 3) ore 143 Mt proven",
    ),
    (
        "RR_Ore_Mt",
        "8.483 probable, 13.16 total indicated, 18.59 total inferred",
        "ore 8.483 Mt probable; ore 13.16 Mt indicated; ore 18.59 Mt inferred",
    ),
    ("RR_Ore_Mt", "3000 est", "ore 3000 Mt estimated"),
    ("RR_Ore_Mt", "2.7 recoverable", "ore 2.7 Mt recoverable"),
    (
        "RR_Ore_Mt",
        "4500 indicated+inferred; 370 indicated",
        "ore 4500 Mt indicated + inferred; ore 370 Mt indicated",
    ),
    ("RR_Ore_Mt", "9  reserve", "ore 9 Mt reserve"),
    ("RR_REE_grd", "5.64", "REE grade 5.64"),
    ("RR_REE_grd", "0.10% Y2O3", "Y2O3 grade 0.1 %"),
    ("RR_REE_grd", "0.09–0.4 Y", "Y grade 0.09–0.4"),
    ("RR_REE_grd", "2) 146 g/t Y2O3 + 327 g/t REO", "2) Y2O3 grade 146 g/t; 2) REO grade 327 g/t"),
    (
        "RR_REE_grd",
        "1) 0.15% Y2O3, 0.12% HREE; 2) 0.123% Y2O3; 4) 0.18% HREO",
        "1) Y2O3 grade 0.15 %; 1) HREE grade 0.12 %; 2) Y2O3 grade 0.123 %; 4) HREO grade 0.18 %",
    ),
    // A category at the end is of all that it follows.
    (
        "RR_REE_grd",
        "2695 ppm Nd2O3, 835 ppm Pr2O3, 25 ppm Dy2O3, 66 ppm Eu2O3 inferred",
        "Nd2O3 grade 2695 ppm inferred; Pr2O3 grade 835 ppm inferred; Dy2O3 grade 25 ppm inferred; Eu2O3 grade 66 ppm inferred",
    ),
    (
        "RR_REE_grd",
        "1) 4.06 meas, 2.94 ind, 2.15 inf; 2) 7.1 upper tailings, 6.9 lower tailings",
        "1) REE grade 4.06 measured; 1) REE grade 2.94 indicated; 1) REE grade 2.15 inferred; 2) REE grade 7.1 in upper tailings; 2) REE grade 6.9 in lower tailings",
    ),
    (
        "RR_REE_grd",
        "REO content ranges from 0.7-1.62%; 0.0016% Y",
        "REO grade 0.7–1.62 %; Y grade 0.0016 %",
    ),
    (
        "RR_REE_grd",
        "252.2 ppm TREO total indicated; 256 ppm TREO total inferred",
        "TREO grade 252.2 ppm indicated; TREO grade 256 ppm inferred",
    ),
    (
        "RR_REE_grd",
        "250.1 ppm TREO total, 75.5 ppm TREO recoverable",
        "TREO grade 250.1 ppm total; TREO grade 75.5 ppm recoverable",
    ),
    ("RR_REE_grd", "2.6% LREO (for five REE)", "LREO grade 2.6 % in five REE"),
    ("RR_Cutoff", "0.4", "ore cutoff 0.4"),
    ("RR_Cutoff", "0.15% TREO", "TREO cutoff 0.15 %"),
    ("RR_Cutoff", "130 ppm Dy", "Dy cutoff 130 ppm"),
    ("RR_Cutoff", "2) 0.8% HM", "2) heavy minerals cutoff 0.8 %"),
    ("RR_HM_Mt", "25–30 estimated recoverable", "heavy minerals 25–30 Mt recoverable"),
    ("RR_HM_Mt", "26.995 proven", "heavy minerals 26.995 Mt proven"),
    ("RR_HM_pct", "~ 5", "heavy minerals grade ~5 %"),
    (
        "RR_HM_pct",
        "1) 3.4 proven, 3.0 probable; 2) 3.7",
        "1) heavy minerals grade 3.4 % proven; 1) heavy minerals grade 3 % probable; 2) heavy minerals grade 3.7 %",
    ),
    (
        "RR_HM_pct",
        "4 indicated+inferred: 6.1 indicated",
        "heavy minerals grade 4 % indicated + inferred; heavy minerals grade 6.1 % indicated",
    ),
    (
        "RR_min_Mt",
        "0.0000299 monazite+xenotime geologic resource",
        "monazite+xenotime 0.0000299 Mt geologic resource",
    ),
    (
        "RR_min_Mt",
        "0.0074 xenotime reserve, 0.0109 zircon reserve",
        "xenotime 0.0074 Mt reserve; zircon 0.0109 Mt reserve",
    ),
    ("RR_min_pct", "3.0 bastnäsite", "bastnäsite grade 3 %"),
    ("RR_mon_Mt", "0.25reserve", "monazite 0.25 Mt reserve"),
    ("RR_mon_Mt", "0.0139 monazite reserve", "monazite 0.0139 Mt reserve"),
    ("RR_mon_Mt", "0.19368 probable + possibile", "monazite 0.19368 Mt probable + possible"),
    ("RR_mon_Mt", "2) 0.13–0.26 inferred", "2) monazite 0.13–0.26 Mt inferred"),
    ("RR_mon_pct", "~0.2 estimated", "monazite grade ~0.2 % estimated"),
    (
        "RR_mon_pct",
        "0.026 proven, 0.021 probable",
        "monazite grade 0.026 % proven; monazite grade 0.021 % probable",
    ),
    ("RR_oth_grd", "1-2 % of ZrO2, 3-6% TiO2", "ZrO2 grade 1–2 %; TiO2 grade 3–6 %"),
    (
        "RR_oth_grd",
        "U3O8: 0.048% indicated; 0.043% inferred",
        "U3O8 grade 0.048 % indicated; U3O8 grade 0.043 % inferred",
    ),
    ("RR_oth_grd", "1.067-5.669 g/yd3 fergusonite", "fergusonite grade 1.067–5.669 g/yd3"),
    ("RR_oth_grd", "23% apatite or ~10% P2O5", "apatite grade 23 %; P2O5 grade ~10 %"),
    ("RR_Note", "0.0005 Mt Y resource", "Y 0.0005 Mt resource"),
    ("RR_Note", "1) 1.29 Mt LREO geologic resource", "1) LREO 1.29 Mt geologic resource"),
    (
        "RR_Note",
        "58 g/m3 fergusonite, 207 g/m3 monazite.",
        "fergusonite grade 58 g/m3; monazite grade 207 g/m3",
    ),
];

#[test]
fn cells_of_the_database_become_figures() {
    for (column, cell, figures) in CELLS {
        let resources = read(&[(column, cell)]);
        assert_eq!(resources.texts().join("; "), *figures, "{column}: {cell}");
        assert_eq!(resources.unread, [], "{column}: {cell}");
    }
    let of_totals = CELLS.iter().filter(|(column, ..)| column.starts_with("RR_TREO"));
    assert!(CELLS.len() >= 80 && of_totals.count() >= 40);
}

/// Cells that can't be read, or not wholly: what is read, and what is said of the rest.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("RR_TREOgrd", "170. indicated", "", "`170. indicated` holds no plain number"),
    ("RR_TREOgrd", "0035–0.060", "", "no plain number"),
    ("RR_TREOgrd", "1) 1.5; 2) 1/6", "1) TREO grade 1.5 %", "`1/6` holds no plain number"),
    (
        "RR_TREOgrd",
        "1.64 indicated, 1..83 inferred",
        "TREO grade 1.64 % indicated",
        "`1..83 inferred` holds no plain number",
    ),
    ("RR_TREOgrd", "170 indicated", "", "170 % is more than all"),
    ("RR_TREO_Mt", "0. 21 estimated", "", "no plain number"),
    (
        "RR_TREO_Mt",
        "32000 indicated + 90,000 inferred",
        "",
        "90000 Mt of rare-earth oxide is more than all known deposits hold",
    ),
    (
        "RR_mon_Mt",
        "0.0000190.06 proven + 0.034 probable",
        "monazite 0.034 Mt probable",
        "`0.0000190.06 proven` holds no plain number",
    ),
    ("RR_min_pct", "0.000025 xenotime resource", "", "calls a share a resource"),
    ("RR_Note", "Monazite contains 59.0% TREO.", "", "a remark in words"),
    ("RR_Note", "HREE 46% of TREE.", "", "a remark in words"),
    ("RR_Note", "Deposit is exhausted.", "", "a remark in words"),
    // Made up.
    ("RR_TREOgrd", "rich", "", "`rich` holds no number"),
    ("RR_TREOgrd", "2 guessed", "", "`guessed` is not known"),
    ("RR_TREOgrd", "2 (average", "", "has a bracket left open"),
    ("RR_min_Mt", "2 reserve", "", "does not say what it is of"),
    ("RR_Yr_Est", "last year", "", "`last year` is no year"),
    ("RR_RegCode", "ISO 9001", "", "no reporting code"),
];

#[test]
fn cells_that_can_t_be_read_are_kept_with_the_reason() {
    for (column, cell, figures, reason) in BROKEN {
        let resources = read(&[(column, cell)]);
        assert_eq!(resources.texts().join("; "), *figures, "{column}: {cell}");
        let [unread] = resources.unread.as_slice() else { panic!("{cell}: {resources:?}") };
        assert_eq!((unread.column.as_str(), unread.cell.as_deref()), (*column, Some(*cell)));
        assert!(unread.reason.contains(reason), "{cell}: {}", unread.reason);
    }
    // Rare-earth oxide that is no less than its ore: the tonnage of the ore in the wrong column.
    let resources = read(&[
        ("RR_Ore_Mt", "2) 4.167 indicated + 12.732 inferred"),
        ("RR_TREO_Mt", "1) 4.167 indicated, 12.732 inferred"),
    ]);
    assert!(resources.unread[0].reason.contains("no less than the ore"), "{resources:?}");
    assert_eq!(resources.treo(), None);
    // Of one category only: Mount Weld's oxide and ore of the reserve.
    let resources = read(&[
        ("RR_Ore_Mt", "23.9 total resource, 9.7 proven+probable"),
        ("RR_TREO_Mt", "7.9 total resource, 11.7 proven+probable"),
    ]);
    assert!(resources.unread[0].reason.contains("no less than the ore"), "{resources:?}");
    assert_eq!(resources.treo(), None);
    // Thousand tons for million tons, one way and the other; what fits stays.
    for (ore, treo, grade, fits) in [
        ("49.3 C2", "25.197 C2; 0.253 P1+P2", "0.051 C2", false),
        ("16.3 measured + indicated", "0.000498", "3.05", false),
        ("49.3 C2", "0.025197 C2", "0.051 C2", true),
        ("1) 7; 2) 28.0 resource", "1) 5; 2) 0.240", "2) 0.857", true),
    ] {
        let cells = [("RR_Ore_Mt", ore), ("RR_TREO_Mt", treo), ("RR_TREOgrd", grade)];
        let resources = read(&cells);
        assert_eq!(resources.treo().is_some(), fits, "{cells:?}: {resources:?}");
        assert_eq!(resources.unread.is_empty(), fits);
        assert!(fits || resources.unread[0].reason.contains("does not fit"), "{resources:?}");
        assert!(resources.treo_grade().is_some());
    }
}

#[test]
fn an_estimate_has_its_year_code_and_references() {
    let resources = read(&[
        ("RR_TREO_Mt", "1) 0.0126; 2) 0.113 total resource"),
        ("RR_Yr_Est", "2) 1986"),
        ("RR_Refs", "1) Kamitani and others (2007); 2) Xie and others (2016)"),
        ("RR_RegCode", "1–2) Not compliant; 3) JORC compliant(?)"),
    ]);
    let told: Vec<_> = resources
        .estimates
        .iter()
        .map(|estimate| {
            let code = estimate.code.as_ref().unwrap().to_string();
            (estimate.number, estimate.year.map(|y| y.to_string()), code, &estimate.references[..])
        })
        .collect();
    let [first, second] = ["Kamitani and others (2007)", "Xie and others (2016)"].map(String::from);
    assert_eq!(
        told,
        [
            (Some(1), None, "none".into(), &[first][..]),
            (Some(2), Some("1986".into()), "none".into(), &[second][..]),
            (Some(3), None, "JORC(?)".into(), &[][..]),
        ]
    );
    for (cell, years) in [
        ("~1979", "~1979"),
        ("1986-1987", "1986–1987"),
        ("1980's(?)", "1980–1989 (?)"),
        ("early 1980's", "1980–1989 (?)"),
        ("pre-2002(?)", "<2002 (?)"),
        ("1) 2012; 2) 2012", "1) 2012; 2) 2012"),
        ("2) 2002; 3) 1980s-1990s", "2) 2002; 3) 1980–1999"),
    ] {
        assert_eq!(read(&[("RR_Yr_Est", cell)]).fields()[1], years, "{cell}");
    }
    // A reference without a number belongs to the number before it.
    let cell = "1) ESCAP (1990); 2) Kusnir (2000); Industrial Minerals (2014b)";
    assert_eq!(
        read(&[("RR_Refs", cell)]).fields()[3],
        "1) ESCAP (1990); 2) Kusnir (2000); 2) Industrial Minerals (2014b)"
    );
    let cell = "1) Latin Resources Ltd. (2013), 2) Latin Resources Ltd. (2014)";
    assert_eq!(
        read(&[("RR_Refs", cell)]).fields()[3],
        "1) Latin Resources Ltd. (2013); 2) Latin Resources Ltd. (2014)"
    );
}

#[test]
fn one_amount_is_taken_and_nothing_counts_twice() {
    let treo = |cell: &str| {
        let headline = read(&[("RR_TREO_Mt", cell)]).treo().unwrap();
        (headline.amount.to_string(), headline.basis)
    };
    let amount = |cell: &str| treo(cell).0;
    // Classes of one estimate add up, without the last digits of a binary sum.
    assert_eq!(amount("0.1 indicated, 0.2 inferred"), "0.3");
    assert_eq!(amount("0.085 measured + 0.474 indicated + 0.06 inferred"), "0.619");
    assert_eq!(amount("7.7 proven + probable + 10 possible"), "17.7");
    assert_eq!(amount("~1 indicated + 0.5 inferred"), "~1.5");
    assert_eq!(amount(">1 indicated + 0.5 inferred"), ">1.5");
    // A reserve lies within the resource, a part within the total, prognostic ground apart.
    let (probable, basis) = treo("0.136 probable, 0.213 indicated, 0.256 inferred");
    assert_eq!(probable, "0.469");
    assert!(basis.contains("1 more of it left out"), "{basis}");
    assert_eq!(amount("135 total prospective reserve, 43.5 industrial reserve"), "135");
    assert_eq!(amount("7.9 total resource, 11.7 proven+probable"), "7.9");
    assert_eq!(amount("0.226 identified + 0.1176 speculative"), "0.226");
    assert_eq!(amount("4 inferred + 0.1 P1"), "4");
    // The same class twice is not two amounts.
    assert_eq!(amount("2 inferred; 3 inferred"), "2");
    // What is beside TREO, or of a part alone, is not of the whole record.
    assert_eq!(amount("0.0000261 + 0.000183 SRE2O3"), "0.0000261");
    assert_eq!(read(&[("RR_TREO_Mt", "0.0092 upper tailings")]).treo(), None);
    assert_eq!(read(&[("RR_TREO_Mt", "0.954 (CeO2+La2O3+Nd2O3)")]).treo(), None);

    // Of several estimates the one published last, whatever its number.
    let refs = ("RR_Refs", "1) Weng and others (2015); 2) Singer (1998)");
    let headline = read(&[("RR_TREO_Mt", "1) 3; 2) 5"), refs]).treo().unwrap();
    assert_eq!(headline.amount.to_string(), "3");
    assert_eq!(headline.basis, "TREO 3 Mt, the last published of 2 estimates, published 2015");
    // References without a number are of all estimates.
    let refs = ("RR_Refs", "Pungrassami and Sanguansai (1991)");
    let headline = read(&[("RR_TREO_Mt", "1) 3; 2) 5"), refs]).treo().unwrap();
    assert_eq!(headline.basis, "TREO 5 Mt, the last published of 2 estimates, published 1991");
    // Grades span, they are not weighted; an average lies in its range.
    let grade = |cell: &str| read(&[("RR_TREOgrd", cell)]).treo_grade().unwrap().amount.to_string();
    assert_eq!(grade("1.8 indicated, 1.6 inferred"), "1.6–1.8");
    assert_eq!(grade("0.5–36(10.6 average)"), "0.5–36");
    assert_eq!(grade(">1.6"), ">1.6");
    // What is lost of a cell is told.
    let lost = read(&[("RR_TREOgrd", "1.64 indicated, 1..83 inferred")]).treo_grade().unwrap();
    assert!(lost.basis.ends_with("a part of the cell can't be read"), "{}", lost.basis);
}

/// All cells on light and heavy and on resources: how many are read wholly. Run with `--nocapture`
/// to print the table of `docs/resources.md`.
#[test]
fn nine_of_ten_cells_are_read_and_the_others_listed() {
    let (Some(workbook), Some(nonspatial)) = (shared(WORKBOOK), shared(NONSPATIAL)) else { return };
    let rules = Rules::embedded().unwrap();
    let notes = dataset::global_ree::NOTES;
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut columns: Vec<&str> = notes.to_vec();
    columns.extend(COLUMNS.iter().map(|(name, _)| *name));
    for path in [&workbook, &nonspatial] {
        let sources = source::open(path).unwrap();
        let layer = &sources[0].layers[0];
        for row in layer.rows().unwrap() {
            let row = row.unwrap();
            let cell = |name: &str| {
                let text = row.cells[layer.column(name)?].text()?.trim().to_owned();
                (!text.is_empty()).then_some(text)
            };
            let resources = resource::read(cell).unwrap();
            for column in &columns {
                let Some(text) = cell(column) else { continue };
                let (read, lost) = if notes.contains(column) {
                    let (facts, reason) = rules.parse_note(column, &text);
                    (!facts.is_empty(), reason.is_some())
                } else {
                    let lost: Vec<_> =
                        resources.unread.iter().filter(|it| it.column == *column).collect();
                    assert!(lost.iter().all(|it| it.cell.is_some() && !it.reason.is_empty()));
                    // What is read of the cell alone.
                    let alone = resource::read(|name| (name == *column).then(|| text.clone()));
                    (!alone.unwrap().estimates.is_empty(), !lost.is_empty())
                };
                let count = counts.entry((*column).into()).or_default();
                count[0] += 1;
                count[1] += usize::from(!lost);
                count[2] += usize::from(lost && read);
            }
        }
    }
    println!("| column | filled | read | in part | not | share |\n|---|---|---|---|---|---|");
    for column in &columns {
        let [filled, whole, part] = counts[*column];
        let share = 100.0 * whole as f64 / filled as f64;
        println!(
            "| `{column}` | {filled} | {whole} | {part} | {} | {share:.1} % |",
            filled - whole - part
        );
        // Remarks are in words, and a mineral's share is mostly an amount in the wrong column.
        if !matches!(*column, "RR_Note" | "RR_min_pct") {
            assert!(whole * 10 >= filled * 9, "{column}: {whole} of {filled}");
        }
    }
    assert_eq!(counts["RR_TREOgrd"][0], 320);
    assert_eq!(counts["HREE_Note"][0], 174);
}

/// Each record's resources, from the official files: what a text form says is what was read.
#[test]
fn resources_are_read_back_from_their_text() {
    let (Some(workbook), Some(nonspatial)) = (shared(WORKBOOK), shared(NONSPATIAL)) else { return };
    let given =
        dataset::read(&[workbook, nonspatial], &Dictionary::default(), &mut Notices::default())
            .unwrap();
    let stated: Vec<&Site> = given.sites.iter().filter(|site| !site.resources.is_empty()).collect();
    assert!(stated.len() > 700, "{}", stated.len());
    for site in stated {
        let mut resources = site.resources.clone();
        resources.unread.iter_mut().for_each(|unread| unread.cell = None);
        let fields = resources.fields();
        let back = resource::from_fields(fields.each_ref().map(String::as_str)).unwrap();
        assert_eq!(back, resources, "{}", site.id);
    }
    for broken in ["TREO", "TREO grade", "TREO x Mt", "TREO 5 Mt guessed", "TREO -5 Mt"] {
        assert!(resource::from_fields([broken, "", "", "", ""]).is_err(), "{broken}");
    }
}

#[test]
fn the_catalogue_knows_the_great_deposits() {
    let site = |id: &str| catalogue().sites.iter().find(|site| site.id == id).unwrap();
    let bayan_obo = &site("global-ree:5029").resources;
    assert_eq!(bayan_obo.treo().unwrap().amount.to_string(), "118");
    assert_eq!(bayan_obo.treo_grade().unwrap().amount.to_string(), "6");
    let maoniuping = &site("global-ree:5252").resources;
    assert_eq!(maoniuping.treo().unwrap().amount.to_string(), "3.17");
    assert_eq!(maoniuping.treo_grade().unwrap().amount.to_string(), "2.95");
    // Facts only: a remark's words stay out.
    let kinds: BTreeSet<bool> = catalogue()
        .sites
        .iter()
        .flat_map(|site| &site.resources.unread)
        .map(|unread| unread.cell.is_some())
        .collect();
    assert_eq!(kinds, BTreeSet::from([false]));
}

#[test]
fn explain_and_export_say_what_was_taken_and_what_was_not() {
    let scratch = Scratch::new();
    let text = scratch.ok(&["explain", "5029"]);
    for line in [
        "2) ore 1628 Mt prospective reserve; TREO 135 Mt prospective reserve",
        "118 Mt: TREO 118 Mt resource, the last published of 3 estimates, published 2016",
        "their amounts don't add up",
        "RR_Note: not read: a remark in words",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let text = scratch.ok(&["explain", "8204"]);
    assert!(
        text.contains("RR_TREO_Mt: not read: `0. 21 estimated` holds no plain number"),
        "{text}"
    );
    if let Some(workbook) = shared(WORKBOOK) {
        let text = scratch.ok(&["explain", "8204", "--data", workbook.to_str().unwrap()]);
        assert!(text.contains("RR_TREO_Mt: \"0. 21 estimated\" not read"), "{text}");
    }
    let csv = scratch.ok(&["export", "--name", "Maoniuping", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| row.get(headers.iter().position(|it| it == name).unwrap()).unwrap();
    assert_eq!((cell("treo_mt"), cell("treo_percent")), ("3.17", "2.95"));
    assert!(cell("resources").starts_with("1) TREO >1.45 Mt estimated; 2) TREO 1.2 Mt"));
}

proptest! {
    /// No text breaks the reader, and what it reads can be written and read back.
    #[test]
    fn any_text_is_read_or_listed(
        column in 0..COLUMNS.len(),
        text in "([0-9]\\) )?[~><]?[0-9.,]{1,5}([-–/+;:(), ]{1,2}[0-9a-zA-Z%?().]{1,8}){0,4}",
    ) {
        let (name, kind) = COLUMNS[column];
        let resources = read(&[(name, &text)]);
        prop_assume!(kind != Column::References);
        let mut bare = resources.clone();
        bare.unread.iter_mut().for_each(|unread| unread.cell = None);
        let fields = bare.fields();
        prop_assert_eq!(resource::from_fields(fields.each_ref().map(String::as_str)).unwrap(), bare);
    }

    #[test]
    fn any_characters_at_all_do_no_harm(column in 0..COLUMNS.len(), text in "\\PC{0,40}") {
        read(&[(COLUMNS[column].0, &text)]);
    }
}
