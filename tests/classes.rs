//! What pictures tell of sites by colour: classes of any attribute, and areas by count.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::catalogue;
use proptest::prelude::*;
use reemap::figure::choropleth::{Choropleth, Range, classes};
use reemap::figure::language::{Language, Words};
use reemap::figure::spec::{Attribute, Division, Figure};
use reemap::figure::{self, Picture};
use reemap::place::Gazetteer;
use reemap::site::Site;
use reemap::table;

fn gazetteer() -> &'static Gazetteer {
    Gazetteer::embedded().unwrap()
}

fn selected(figure: &Figure) -> Vec<&'static Site> {
    let selector = figure.sites.resolve(gazetteer()).unwrap();
    catalogue().sites.iter().filter(|site| selector.matches(site)).collect()
}

fn draw(figure: &Figure) -> Picture {
    let material = common::material(&catalogue().sites);
    figure::draw(figure, &material).unwrap()
}

/// The texts of a picture.
fn words(picture: &Picture) -> Vec<String> {
    picture.scene.texts().iter().map(|text| text.text.clone()).collect()
}

/// The entries of the key's group of that heading, with their counts.
fn entries(picture: &Picture, heading: &str) -> Vec<(String, usize)> {
    let words = words(picture);
    // A chart of that title stands before it.
    let from = words.iter().rposition(|text| text == heading).unwrap();
    let entry = |text: &String| {
        let (label, count) = text.strip_suffix(')')?.rsplit_once(" (")?;
        Some((label.to_string(), count.replace(',', "").parse().ok()?))
    };
    words[from + 1..].iter().map_while(entry).collect()
}

#[test]
fn provinces_hold_what_the_table_counts() {
    let mut figure = Figure::open("2").unwrap();
    figure.counted_by(Division::Province).unwrap();
    let sites = selected(&figure);
    let focus = Vec::new();
    let words = Words::of(Language::En).unwrap();
    let spec = figure.choropleth.as_ref().unwrap();
    let choropleth = Choropleth::of(spec, &sites, gazetteer(), &focus, words);
    let counts: BTreeMap<&str, usize> =
        choropleth.counts().iter().map(|(unit, count)| (unit.name.as_str(), *count)).collect();
    assert_eq!((counts["Guangdong"], counts["Jiangxi"], counts["Sichuan"]), (19, 18, 5));
    assert_eq!(counts.values().sum::<usize>() + choropleth.nowhere, 59);

    let table = table::provinces(&sites, gazetteer());
    let column = |name| table.columns.iter().position(|column| *column == name).unwrap();
    let (name, count) = (column("name"), column("sites"));
    let counted: BTreeMap<String, usize> = table
        .rows
        .iter()
        .map(|row| match (&row[name], &row[count]) {
            (table::Value::Text(name), table::Value::Count(count)) => {
                (name.clone(), *count as usize)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(counts, counted.iter().map(|(name, count)| (name.as_str(), *count)).collect());
}

#[test]
fn the_key_of_a_choropleth_adds_up() {
    let mut figure = Figure::open("2").unwrap();
    figure.counted_by(Division::Province).unwrap();
    let picture = draw(&figure);
    let key = entries(&picture, "Sites per province");
    let expected = [("0", 21), ("1", 5), ("2–4", 4), ("5–9", 1), ("10–19", 2)];
    assert_eq!(key, expected.map(|(label, count)| (label.to_string(), count)));
    let words = words(&picture);
    assert!(words.contains(&"in brackets: provinces; 12 hold 59 sites".to_string()), "{words:?}");
    assert!(words[1].starts_with("59 records of mines"), "{}", words[1]);
    // The sites are counted, not drawn, so nothing tells of their symbols.
    let svg = picture.scene.svg();
    assert!(!words.iter().any(|text| text == "Type of rare earths" || text == "Production"));
    assert_eq!(svg.matches("<use ").count(), 5, "the boxes of the key alone");
    assert_eq!(picture.counts.covered, 0);

    let mut world = Figure::open("1").unwrap();
    world.counted_by(Division::Country).unwrap();
    let picture = draw(&world);
    let texts = self::words(&picture);
    assert!(texts[1].starts_with("3,114 ") && texts[1].ends_with(", by country"), "{}", texts[1]);
    assert!(texts.contains(&"in brackets: countries; 108 hold 3,114 sites".to_string()));
    // The bars have the ramp's colours, and all together its sites.
    let bars: usize = ["Australia", "97 others"]
        .map(|bar| texts[texts.iter().position(|text| text == bar).unwrap() + 1].replace(',', ""))
        .iter()
        .map(|count| count.parse::<usize>().unwrap())
        .sum();
    assert_eq!(bars, 466 + 1187);
}

#[test]
fn sites_in_no_area_are_told() {
    let mut figure = Figure::parse("title = \"x\"\nsubtitle = \"{n} sites\"", "test").unwrap();
    figure.counted_by(Division::Country).unwrap();
    let mut sites: Vec<Site> =
        catalogue().sites.iter().filter(|site| site.point.is_some()).take(5).cloned().collect();
    // In the middle of the Pacific.
    sites[0].point = Some(geo::Point::new(-150.0, 30.0));
    sites[0].place = Default::default();
    sites[0].stated_country = None;
    let material = common::material(&sites);
    let told = words(&figure::draw(&figure, &material).unwrap()).join(" ");
    assert!(told.contains("1 site lies in no area that is counted."), "{told}");
    assert!(told.contains("5 sites") && told.contains("4 sites"), "{told}");
}

#[test]
fn sites_are_drawn_on_a_choropleth_where_a_figure_asks_for_it() {
    let mut figure = Figure::open("2").unwrap();
    figure.counted_by(Division::Province).unwrap();
    figure.choropleth.as_mut().unwrap().sites = true;
    let picture = draw(&figure);
    let types = entries(&picture, "Type of rare earths");
    assert_eq!(types.iter().map(|(_, count)| count).sum::<usize>(), 59);
    assert!(picture.scene.svg().matches("<use ").count() > 59);
}

fn ranges(counts: &[usize], most: usize) -> Vec<(usize, usize)> {
    classes(counts, most).into_iter().map(|Range { from, to }| (from, to)).collect()
}

#[test]
fn classes_of_counts_are_round() {
    assert_eq!(ranges(&[], 5), []);
    assert_eq!(ranges(&[0, 0], 5), []);
    assert_eq!(ranges(&[4, 4, 4], 5), [(4, 4)]);
    // So few values that each has a class of its own.
    assert_eq!(ranges(&[1, 1, 2, 19], 5), [(1, 1), (2, 2), (19, 19)]);
    let china = [19, 18, 5, 4, 3, 3, 2, 1, 1, 1, 1, 1];
    assert_eq!(ranges(&china, 5), [(1, 1), (2, 4), (5, 9), (10, 19)]);
    assert_eq!(ranges(&china, 3), [(1, 1), (2, 9), (10, 19)]);
    // Counts that are all alike are parted at finer numbers.
    let narrow: Vec<usize> = (1100..1160).collect();
    assert_eq!(ranges(&narrow, 5).len(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]
    #[test]
    fn classes_hold_every_count_once(
        counts in prop::collection::vec(prop_oneof![0usize..12, 0usize..400, 0usize..2_000_000], 0..60),
        most in 3usize..=6,
    ) {
        let classes = classes(&counts, most);
        prop_assert!(classes.len() <= most);
        for pair in classes.windows(2) {
            prop_assert!(pair[0].to < pair[1].from, "{:?}", classes);
        }
        for class in &classes {
            prop_assert!(class.from >= 1 && class.from <= class.to);
            prop_assert!(counts.iter().any(|count| class.holds(*count)), "{:?} is empty", class);
        }
        for count in counts.iter().filter(|count| **count > 0) {
            let holding = classes.iter().filter(|class| class.holds(*count)).count();
            prop_assert_eq!(holding, 1, "{} in {:?}", count, classes);
        }
        prop_assert_eq!(classes.last().map(|class| class.to), counts.iter().copied().filter(|c| *c > 0).max());
        // As many as asked for, or one fewer, where the counts have so many values.
        let distinct: std::collections::BTreeSet<_> = counts.iter().filter(|c| **c > 0).collect();
        prop_assert!(classes.len() >= (most - 1).max(3).min(distinct.len()));
    }
}

#[test]
fn the_key_of_any_attribute_adds_up() {
    for (name, sites) in [("1", 3114), ("7", 131)] {
        for by in Attribute::ALL {
            let mut figure = Figure::open(name).unwrap();
            figure.symbols.color_by = by;
            let picture = draw(&figure);
            let heading = match by {
                Attribute::ReeType => "Type of rare earths",
                Attribute::Status => "Production status",
                Attribute::Activity => "State of production",
                Attribute::Segment => "Segment of the supply chain",
                Attribute::DepositType => "Main deposit type",
                Attribute::Country => "Country",
                Attribute::Province => "Province",
                Attribute::Dataset => "Dataset",
            };
            let key = entries(&picture, heading);
            assert_eq!(key.iter().map(|(_, count)| count).sum::<usize>(), sites, "{name} {by:?}");
            assert!(!key.is_empty() && key.len() <= 8, "{name} {by:?}: {key:?}");
            let mut labels: Vec<_> = key.iter().map(|(label, _)| label).collect();
            labels.sort();
            labels.dedup();
            assert_eq!(labels.len(), key.len(), "{name} {by:?}: {key:?}");
        }
    }
}

#[test]
fn classes_are_told_apart_by_shape_and_come_in_order() {
    let mut figure = Figure::open("1").unwrap();
    figure.symbols.color_by = Attribute::DepositType;
    let sites = selected(&figure);
    let words = Words::of(Language::En).unwrap();
    for by in Attribute::ALL {
        let classes = figure::classes::Classes::of(by, &sites, gazetteer(), words);
        let mut shapes: Vec<_> = classes.all().iter().map(|class| class.shape).collect();
        shapes.sort();
        shapes.dedup();
        assert_eq!(shapes.len(), classes.all().len(), "{by:?}");
    }
    let picture = draw(&figure);
    let key = entries(&picture, "Main deposit type");
    assert_eq!(key[0], ("shoreline placer".to_string(), 703));
    assert!(key.windows(2).take(6).all(|pair| pair[0].1 >= pair[1].1), "{key:?}");
    assert_eq!(key[7].0, "all others");
    assert!(self::words(&picture)[1].ends_with("by main deposit type"));
    // A vocabulary keeps its own order, however many there are of each.
    figure.symbols.color_by = Attribute::Activity;
    let key = entries(&draw(&figure), "State of production");
    let labels: Vec<_> = key.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["active", "past", "no production", "not known"]);
}

#[test]
fn the_bars_have_the_colours_of_the_key() {
    let mut figure = Figure::open("7").unwrap();
    figure.symbols.color_by = Attribute::Status;
    let picture = draw(&figure);
    let key = entries(&picture, "Production status");
    let labels: Vec<_> = key.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["producer", "byproduct producer"]);
    // Producers are orange, byproduct producers navy, in symbols and bars; no type has a colour.
    let svg = picture.scene.svg();
    let bars = svg.split("id=\"chart\"").nth(1).unwrap();
    assert!(bars.contains("#e69f00") && bars.contains("#14387f"), "{bars:.900}");
    assert!(!svg.contains("#b5396b") && !svg.contains("id=\"heavy-"));
    // The dot would say the same again.
    assert!(!words(&picture).contains(&"Production".to_string()) && !svg.contains("-dot-"));
}
