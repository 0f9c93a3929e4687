//! The figure of whatever is selected: one map whose frame, title and chart suit a selection.

use super::language::Words;
use super::region;
use super::spec::{Attribute, Figure, GENERIC};
use crate::error::Result;
use crate::place::Gazetteer;
use crate::select::{self, Bbox, Selection};
use crate::site::Unit;

/// More places than this are counted in a title, not named.
const MOST_NAMED: usize = 3;

/// The figure for a selection: provinces are framed and charted by type of deposit, countries by
/// province, a box or the world by country. `framed` is whether another frame will be given.
///
/// # Errors
/// A name that no country or province goes by.
pub fn figure(
    selection: &Selection,
    framed: bool,
    gazetteer: &Gazetteer,
    words: &Words,
) -> Result<Figure> {
    let said = &words.generic;
    let mut figure = Figure::parse(GENERIC.1, GENERIC.0)?;
    let (countries, provinces) =
        select::places(&selection.country, &selection.province, gazetteer)?;
    let chart = match (provinces.as_slice(), countries.as_slice(), selection.bbox.as_slice()) {
        ([], [], []) => Some((Attribute::Country, &said.per_country)),
        ([], [_], _) => Some((Attribute::Province, &said.per_province)),
        ([], ..) => Some((Attribute::Country, &said.per_country)),
        _ => None,
    };
    let title = match (provinces.as_slice(), countries.as_slice(), selection.bbox.as_slice()) {
        ([], [], []) if framed => said.plain.clone(),
        ([], [], []) => said.worldwide.clone(),
        ([], [], [one]) => said.in_box.replace("{box}", &degrees(one)),
        ([], [], _) => said.plain.clone(),
        ([], countries, _) => {
            said.within.replace("{place}", &names(countries, &said.countries, words))
        }
        (provinces, ..) => {
            said.within.replace("{place}", &names(provinces, &said.provinces, words))
        }
    };
    figure.title = title.into();
    if let (Some((by, title)), Some(chart)) = (chart, figure.chart.first_mut()) {
        (chart.by, chart.title) = (by, title.clone().into());
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

/// Units by their names, or counted where they are many.
fn names(units: &[Unit], many: &str, words: &Words) -> String {
    let mut names: Vec<String> = units.iter().map(|unit| words.place(unit)).collect();
    names.dedup();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) if names.len() <= MOST_NAMED => {
            format!("{}{}{last}", words.listed(rest), words.lists.and)
        }
        _ => many.replace("{n}", &names.len().to_string()),
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
