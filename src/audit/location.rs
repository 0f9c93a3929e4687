//! Rules on where a record says that it lies: its point against its country, its province and the
//! coast.

use std::collections::BTreeMap;

use geo::Point;

use super::rules::Rule;
use super::{Finding, Matter, Sink};
use crate::error::Result;
use crate::site::{PlaceBasis, Site, Unit};

/// Beyond this, distances are only said to be larger, in kilometres.
const FAR_KM: f64 = 1000.0;

/// How many kilometres a degree of latitude has, about.
const DEGREE_KM: f64 = 111.2;

/// A change of coordinates that people make by mistake, undone.
type Undo = (&'static str, fn(Point<f64>) -> Point<f64>);

/// Turned signs, and turned signs of swapped coordinates.
const SIGNS: [Undo; 6] = [
    ("the sign of the latitude", |p| Point::new(p.x(), -p.y())),
    ("the sign of the longitude", |p| Point::new(-p.x(), p.y())),
    ("the signs of both", |p| Point::new(-p.x(), -p.y())),
    ("the order and the sign of the latitude", |p| Point::new(p.y(), -p.x())),
    ("the order and the sign of the longitude", |p| Point::new(-p.y(), p.x())),
    ("the order and the signs of both", |p| Point::new(-p.y(), -p.x())),
];

/// The rules, looked up once.
struct Rules {
    swapped: &'static Rule,
    sign: &'static Rule,
    country: &'static Rule,
    province: &'static Rule,
    unlikely: &'static Rule,
    water: &'static Rule,
}

/// Runs the rules.
pub(super) fn run(matter: &Matter<'_>, sink: &mut Sink) -> Result<()> {
    let rules = Rules {
        swapped: sink.rule("coordinates-swapped")?,
        sign: sink.rule("sign-flipped")?,
        country: sink.rule("outside-country")?,
        province: sink.rule("outside-province")?,
        unlikely: sink.rule("offshore-unlikely")?,
        water: sink.rule("on-water")?,
    };
    let unknown = [sink.rule("country-unknown")?, sink.rule("province-unknown")?];
    let mut names: BTreeMap<[&str; 2], Vec<&Site>> = BTreeMap::new();
    for site in matter.sites {
        let Some(point) = site.point else { continue };
        let explained = match &site.stated_country {
            None => false,
            Some(stated) => match matter.gazetteer.country(stated) {
                None => {
                    names.entry([stated, ""]).or_default().push(site);
                    false
                }
                Some(country) if site.place.country.as_ref() == Some(&country) => {
                    if let Some(province) = &site.stated_province
                        && !is_in_province(matter, &rules, site, point, &country, province, sink)
                    {
                        names.entry([stated, province]).or_default().push(site);
                    }
                    false
                }
                Some(country) => {
                    // That it lies on water says no more, unless nothing else explains it.
                    outside_country(matter, &rules, site, point, &country, stated, sink)
                }
            },
        };
        if !explained && site.place.basis != PlaceBasis::Within {
            on_water(matter, &rules, site, point, sink);
        }
    }
    for ([country, province], sites) in names {
        let (rule, name, column) = match province {
            "" => (unknown[0], country, "Country"),
            province => (unknown[1], province, "State_Prov"),
        };
        let where_ = if province.is_empty() { "the world" } else { country };
        let count = sites.len();
        let records = if count == 1 { "1 record".into() } else { format!("{count} records") };
        sink.add(rule, false, &sites).cell(column, Some(name)).says(
            format!("{records} stated in {name:?}, which the gazetteer doesn't know in {where_}"),
            "a name of the gazetteer",
        );
    }
    Ok(())
}

/// The finding of a point outside its country, by the likeliest reason; none, which is told,
/// where the point lies in no country at all and no change of it lies in the right one.
fn outside_country(
    matter: &Matter<'_>,
    rules: &Rules,
    site: &Site,
    point: Point<f64>,
    country: &Unit,
    stated: &str,
    sink: &mut Sink,
) -> bool {
    let distance = matter.gazetteer.distance_km(&country.code, point, FAR_KM);
    let place = &site.place;
    let held = rules.country.held_with.get(&country.code).is_some_and(|held| {
        let codes = [&place.country, &place.province].into_iter().flatten().map(|unit| &unit.code);
        codes.into_iter().any(|code| held.contains(code))
    });
    let soft = held || distance.is_some_and(|km| km <= tolerance(rules.country, point));
    let lies = match &site.place.country {
        Some(found) => format!("lies in {}, ", found.name),
        None => "lies in no country, ".into(),
    };
    let away = match distance {
        Some(km) => format!("{km:.0} km outside {}", country.name),
        None => format!("more than {FAR_KM:.0} km from {}", country.name),
    };
    let swapped = Point::new(point.y(), point.x());
    let holds = |moved: Point<f64>| -> Option<String> {
        let place = matter.gazetteer.find(moved);
        if place.country.as_ref() != Some(country) {
            return None;
        }
        let stated = site.stated_province.as_deref();
        let units = stated.map(|name| matter.gazetteer.province_in(&country.code, name));
        let province = place.province.filter(|found| units.is_some_and(|u| u.contains(found)));
        Some(
            province
                .map_or(country.name.clone(), |unit| format!("{}, {}", unit.name, country.name)),
        )
    };
    let far =
        |rule: &Rule| !held && distance.is_none_or(|km| km > rule.beyond_km.unwrap_or_default());
    let mut fitting: Vec<(&str, Point<f64>, String)> = Vec::new();
    if far(rules.swapped) {
        fitting.extend(holds(swapped).map(|place| ("", swapped, place)));
    }
    if fitting.is_empty() && far(rules.sign) {
        let turned = SIGNS.iter().map(|(what, undo)| (*what, undo(point)));
        fitting.extend(turned.filter_map(|(what, moved)| Some((what, moved, holds(moved)?))));
    }
    let (rule, proposal) = match fitting.as_slice() {
        [(what, moved, place)] => {
            (if what.is_empty() { rules.swapped } else { rules.sign }, Some((what, moved, place)))
        }
        _ if site.place.country.is_none() && distance.is_some() => return false,
        _ => (rules.country, None),
    };
    let finding = sink.add(rule, soft, &[site]);
    finding.location(matter, site);
    finding.cell("Country", Some(stated));
    let held = if held { ", which sources may count with it" } else { "" };
    finding.says(format!("the point {lies}{away}{held}"), format!("in {}", country.name));
    if let Some((what, moved, place)) = proposal {
        let turned = if what.is_empty() { "swapped" } else { what };
        let words =
            format!("latitude {}, longitude {} ({turned}): in {place}", moved.y(), moved.x());
        propose(matter, site, *moved, words, finding);
    }
    true
}

/// Whether the gazetteer knows the stated province; a finding where the point lies outside it.
fn is_in_province(
    matter: &Matter<'_>,
    rules: &Rules,
    site: &Site,
    point: Point<f64>,
    country: &Unit,
    stated: &str,
    sink: &mut Sink,
) -> bool {
    if rules.province.ambiguous.contains(&country.code) {
        return true;
    }
    let units = matter.gazetteer.province_in(&country.code, stated);
    let Some(found) = &site.place.province else { return true };
    if units.contains(found) {
        return true;
    }
    let parts = stated.split([',', ';', '/']).flat_map(|part| part.split(" and ")).count();
    if units.is_empty() || units.len() < parts {
        return false;
    }
    let distances =
        units.iter().filter_map(|unit| matter.gazetteer.distance_km(&unit.code, point, FAR_KM));
    let distance = distances.min_by(f64::total_cmp);
    let doubted = stated.contains("(?)");
    let split = rules.province.split_from.get(&found.code);
    let split = split.is_some_and(|whole| units.iter().any(|unit| unit.code == *whole));
    let on_water = site.place.basis != PlaceBasis::Within;
    let soft = doubted
        || split
        || on_water
        || distance.is_some_and(|km| km <= tolerance(rules.province, point));
    let names: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    let names = names.join(" or ");
    let finding = sink.add(rules.province, soft, &[site]);
    finding.location(matter, site);
    let away = distance.map_or(format!("more than {FAR_KM:.0}"), |km| format!("{km:.0}"));
    let remark = match (doubted, split, on_water) {
        (true, ..) => "; the source doubts the province",
        (_, true, _) => ", of which it was part until lately",
        (_, _, true) => "; it lies on water, and the nearest province counts",
        _ => "",
    };
    finding.cell("State_Prov", Some(stated)).says(
        format!("the point lies in {}, {away} km outside {names}{remark}", found.name),
        format!("in {names}"),
    );
    true
}

/// The finding of a point on water.
fn on_water(matter: &Matter<'_>, rules: &Rules, site: &Site, point: Point<f64>, sink: &mut Sink) {
    let distance = site.place.distance_km;
    if distance.is_some_and(|km| km <= tolerance(rules.water, point)) {
        return;
    }
    let rule = rules.unlikely;
    let holds = |text: &str, words: &[String]| {
        let text = text.to_lowercase();
        words.iter().any(|word| text.contains(word.as_str()))
    };
    let note = matter.cells.text(site, "Loc_Note").unwrap_or_default();
    let stated = holds(note, &rule.offshore_words);
    let types: Vec<&str> = site.deposit_types.iter().map(|term| term.name.as_str()).collect();
    let subtype = site.deposit_subtype.as_deref().unwrap_or_default();
    let may_lie_there = types.is_empty()
        || types.iter().any(|name| holds(name, &rule.offshore_types))
        || holds(&site.name, &rule.offshore_words)
        || holds(subtype, &rule.offshore_words);
    let unlikely = !may_lie_there && (stated || distance.is_none());
    let coast = match (distance, &site.place.country) {
        (Some(km), Some(country)) => format!("{km:.1} km off the coast of {}", country.name),
        _ => "more than 25 km from any coast".into(),
    };
    let says = if stated { "; its source says that it is offshore" } else { "" };
    let what = match types.as_slice() {
        [] => String::new(),
        types => format!("; a deposit of the type {}", types.join("; ")),
    };
    let finding = sink.add(if unlikely { rule } else { rules.water }, false, &[site]);
    finding.location(matter, site);
    let deposit_types = types.join("; ");
    finding.cell("Dep_Type", Some(deposit_types.as_str()).filter(|text| !text.is_empty()));
    let expected =
        if unlikely { "on land" } else { "on land, or a deposit under the sea, or an island" };
    finding.says(format!("the point lies on water, {coast}{says}{what}"), expected);
}

/// What the coordinates' rounding and the generalised border explain, in kilometres.
fn tolerance(rule: &Rule, point: Point<f64>) -> f64 {
    // Half a unit of the last decimal that either has.
    let decimals = decimals(point.x()).max(decimals(point.y()));
    let rounding = 0.5 * DEGREE_KM / 10_f64.powi(decimals);
    rule.border_km.unwrap_or_default() + rounding.min(rule.rounding_km.unwrap_or_default())
}

/// How many decimals a number is written with.
fn decimals(number: f64) -> i32 {
    let text = number.to_string();
    text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32)
}

/// Proposes another point.
fn propose(
    matter: &Matter<'_>,
    site: &Site,
    moved: Point<f64>,
    words: String,
    finding: &mut Finding,
) {
    finding.proposal = Some(words);
    if let (Some(point), Some([longitude, latitude])) = (site.point, matter.cells.location(site)) {
        for (column, from, to) in
            [(latitude, point.y(), moved.y()), (longitude, point.x(), moved.x())]
        {
            if from != to {
                finding.change(site, column, &from.to_string(), &to.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounding_explains_grows_with_fewer_decimals() {
        assert_eq!((decimals(40.0), decimals(113.5), decimals(-27.9816)), (0, 1, 4));
    }
}
