//! The figure of whatever is selected: one map whose frame, title and chart suit a selection.

use super::region;
use super::spec::{ChartBy, Figure, GENERIC};
use crate::error::Result;
use crate::place::Gazetteer;
use crate::select::{self, Bbox, Selection};
use crate::site::Unit;

/// What a title says in place of ` in {place}` where the world is drawn, or a box.
const WORLDWIDE: &str = " worldwide";
const IN_BOX: &str = ", ";
/// Titles of charts by province and country.
const PER_PROVINCE: &str = "Sites per province";
const PER_COUNTRY: &str = "Sites per country";
/// More places than this are counted in a title, not named.
const MOST_NAMED: usize = 3;

/// The figure for a selection: provinces are framed and charted by type of deposit, countries by
/// province, a box or the world by country. `framed` is whether another frame will be given.
///
/// # Errors
/// A name that no country or province goes by.
pub fn figure(selection: &Selection, framed: bool, gazetteer: &Gazetteer) -> Result<Figure> {
    let mut figure = Figure::parse(GENERIC.1, GENERIC.0)?;
    let (countries, provinces) =
        select::places(&selection.country, &selection.province, gazetteer)?;
    let chart = match (provinces.as_slice(), countries.as_slice(), selection.bbox.as_slice()) {
        ([], [], []) => Some((ChartBy::Country, PER_COUNTRY)),
        ([], [_], _) => Some((ChartBy::Province, PER_PROVINCE)),
        ([], ..) => Some((ChartBy::Country, PER_COUNTRY)),
        _ => None,
    };
    let place = match (provinces.as_slice(), countries.as_slice(), selection.bbox.as_slice()) {
        ([], [], []) if framed => String::new(),
        ([], [], []) => WORLDWIDE.into(),
        ([], [], [one]) => format!("{IN_BOX}{}", degrees(one)),
        ([], [], _) => String::new(),
        ([], countries, _) => format!(" in {}", names(countries, "countries")),
        (provinces, ..) => format!(" in {}", names(provinces, "provinces")),
    };
    figure.title = figure.title.replace(" in {place}", &place);
    if let (Some((by, title)), Some(chart)) = (chart, figure.chart.first_mut()) {
        (chart.by, chart.title) = (by, title.into());
    }
    let frame = &mut figure.frame;
    if provinces.is_empty() && countries.is_empty() {
        frame.bbox = region::around_boxes(&selection.bbox);
    } else {
        frame.country = selection.country.clone();
        frame.province = selection.province.clone();
    }
    Ok(figure)
}

fn names(units: &[Unit], kind: &str) -> String {
    let mut names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    names.dedup();
    match names.split_last() {
        Some((last, [])) => (*last).into(),
        Some((last, rest)) if names.len() <= MOST_NAMED => {
            format!("{} and {last}", rest.join(", "))
        }
        _ => format!("{} {kind}", names.len()),
    }
}

/// A box in words: `110° E–120° E, 20° N–30° N`.
fn degrees(bbox: &Bbox) -> String {
    let side = |value: f64, positive: &str, negative: &str| match value {
        0.0 => "0°".into(),
        v if v > 0.0 => format!("{v}° {positive}"),
        v => format!("{}° {negative}", -v),
    };
    let (west, east) = (side(bbox.west, "E", "W"), side(bbox.east, "E", "W"));
    let (south, north) = (side(bbox.south, "N", "S"), side(bbox.north, "N", "S"));
    format!("{west}–{east}, {south}–{north}")
}
