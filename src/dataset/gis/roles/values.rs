//! What the values of columns speak for, where no name or alias does.
//!
//! Each role goes to the one column whose values speak for it most; where two speak for it
//! alike, it stays open.

use super::evidence::{Evidence, Fillings};
use super::{Basis, Candidate, Role};
use crate::dataset::gis::Kind;

/// The share of values that must speak for a role.
const ENOUGH: f64 = 0.6;

/// The share of values that must hold a word of form: many products have no word for theirs.
const ENOUGH_FORMS: f64 = 0.2;

/// By how much of the rows the first must be ahead of the second.
const AHEAD: f64 = 0.05;

/// Gives the roles that the values say.
pub(super) fn settle(kind: Kind, candidates: &mut [Candidate], fillings: &Fillings) {
    match kind {
        Kind::Facility | Kind::Port => facilities(candidates, fillings),
        Kind::Exploration | Kind::Deposit => deposits(candidates, fillings),
    }
}

/// Facilities and ports: one commodity and its product a row.
fn facilities(candidates: &mut [Candidate], fillings: &Fillings) {
    let rows = fillings.rows();
    settle_one(candidates, Role::SharedWith, rows, |seen| enough(seen, seen.ids));
    settle_one(candidates, Role::Unit, rows, |seen| enough(seen, seen.units));
    capacity(candidates, fillings);
    // A word of form (Metal) may also name a group, but Fuel or Industrial is no form.
    settle_one(candidates, Role::Group, rows, |seen| {
        if seen.forms < seen.groups { enough(seen, seen.groups) } else { 0.0 }
    });
    commodity_and_form(candidates, rows);
    if has(candidates, Role::Form) {
        settle_one(candidates, Role::ProductNote, rows, |seen| {
            let speaks = seen.share(seen.forms) >= ENOUGH_FORMS && seen.groups < seen.looked_at;
            if speaks && seen.is_text() { seen.forms as f64 } else { 0.0 }
        });
    }
}

/// Exploration projects and deposits: several commodities a row, in columns of their own.
fn deposits(candidates: &mut [Candidate], fillings: &Fillings) {
    settle_one(candidates, Role::DepositType, fillings.rows(), |seen| {
        if enough(seen, seen.commodities) > 0.0 { 0.0 } else { enough(seen, seen.deposit_types) }
    });
    for candidate in candidates.iter_mut().filter(|candidate| candidate.settled.is_none()) {
        if enough(&candidate.seen, candidate.seen.commodities) > 0.0 {
            candidate.give(Role::Commodity, Basis::Values);
        }
    }
}

/// A count, where it is enough of the values; else nothing.
fn enough(seen: &Evidence, count: usize) -> f64 {
    if seen.share(count) >= ENOUGH { count as f64 } else { 0.0 }
}

/// The places of the columns without a role.
fn free(candidates: &[Candidate]) -> impl Iterator<Item = (usize, &Candidate)> {
    candidates.iter().enumerate().filter(|(_, candidate)| candidate.settled.is_none())
}

fn has(candidates: &[Candidate], role: Role) -> bool {
    candidates.iter().any(|candidate| candidate.role() == Some(role))
}

/// Gives a role to the column with the most rows that speak for it, if one is ahead.
fn settle_one(
    candidates: &mut [Candidate],
    role: Role,
    rows: usize,
    speaks: impl Fn(&Evidence) -> f64,
) {
    if has(candidates, role) {
        return;
    }
    let scores = free(candidates).map(|(place, candidate)| (place, speaks(&candidate.seen)));
    let ahead = AHEAD * rows as f64;
    if let Some(candidate) = first(scores, ahead).and_then(|place| candidates.get_mut(place)) {
        candidate.give(role, Basis::Values);
    }
}

/// What scores most, if it does so by enough.
fn first<T>(scores: impl Iterator<Item = (T, f64)>, ahead: f64) -> Option<T> {
    let mut scores: Vec<(T, f64)> = scores.filter(|(_, score)| *score > 0.0).collect();
    scores.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let second = scores.get(1).map(|(_, score)| *score);
    let (first, score) = scores.into_iter().next()?;
    second.is_none_or(|second| score - second >= ahead && score > second).then_some(first)
}

/// The capacity: a column of amounts. Of several, the one that is filled where the unit is, or
/// else that marks what is not known.
fn capacity(candidates: &mut [Candidate], fillings: &Fillings) {
    if has(candidates, Role::Capacity) {
        return;
    }
    let unit = candidates.iter().position(|candidate| candidate.role() == Some(Role::Unit));
    let scores = free(candidates).filter(|(_, candidate)| candidate.seen.is_number());
    let scores = scores.map(|(place, candidate)| {
        let marked = if candidate.seen.marked_missing > 0 { 0.5 } else { 0.0 };
        let with_unit = unit.map_or(0.0, |unit| fillings.agreement(place, unit));
        (place, 1.0 + marked + with_unit)
    });
    if let Some(candidate) = first(scores, AHEAD).and_then(|place| candidates.get_mut(place)) {
        candidate.give(Role::Capacity, Basis::Values);
    }
}

/// The commodity and the form, weighed together: a form may name a commodity (`Rare-Earth
/// Compounds`) and a commodity a form (`Iron ore`), but the two are different columns.
fn commodity_and_form(candidates: &mut [Candidate], rows: usize) {
    let share = |count: usize| if rows == 0 { 0.0 } else { count as f64 / rows as f64 };
    let as_commodity = |seen: &Evidence| share(enough(seen, seen.commodities) as usize);
    // Free text that holds a word of form is less of a form than a word alone.
    // A column of nothing but Metal may as well be one of groups.
    let as_form = |seen: &Evidence| {
        let speaks = seen.share(seen.forms) >= ENOUGH_FORMS && seen.groups < seen.looked_at;
        if speaks { share(seen.forms + seen.pure_forms) / 2.0 } else { 0.0 }
    };
    let scores = |score: &dyn Fn(&Evidence) -> f64| -> Vec<(usize, f64)> {
        let scores = free(candidates).map(|(place, candidate)| (place, score(&candidate.seen)));
        scores.filter(|(_, score)| *score > 0.0).collect()
    };
    let wants = |role: Role| !has(candidates, role);
    let commodities = if wants(Role::Commodity) { scores(&as_commodity) } else { Vec::new() };
    let forms = if wants(Role::Form) { scores(&as_form) } else { Vec::new() };
    // None stands last, so that a column that could be either is the commodity.
    let options = |scores: &[(usize, f64)]| -> Vec<(Option<usize>, f64)> {
        let some = scores.iter().map(|(place, score)| (Some(*place), *score));
        some.chain([(None, 0.0)]).collect()
    };
    type Pair = (Option<usize>, Option<usize>);
    let mut pairs: Vec<(Pair, f64)> = Vec::new();
    for (commodity, a) in options(&commodities) {
        for (form, b) in options(&forms) {
            if commodity.is_none() || commodity != form {
                pairs.push(((commodity, form), a + b));
            }
        }
    }
    pairs.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let Some(&((commodity, form), best)) = pairs.first() else { return };
    // A role that another pair, as good, gives to another column stays open.
    let rivals = || pairs.iter().filter(|(_, score)| best - score < AHEAD).map(|(pair, _)| pair);
    let same = |one: Option<usize>, other: Option<usize>| other.is_none() || one == other;
    let commodity = commodity.filter(|_| rivals().all(|(other, _)| same(commodity, *other)));
    let form = form.filter(|_| rivals().all(|(_, other)| same(form, *other)));
    for (place, role) in [(commodity, Role::Commodity), (form, Role::Form)] {
        if let Some(candidate) = place.and_then(|place| candidates.get_mut(place)) {
            candidate.give(role, Basis::Values);
        }
    }
}
