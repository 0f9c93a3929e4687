//! What the values of columns speak for, where no name or alias does.
//!
//! Each role goes to the one column whose values speak for it; where two speak for it alike, it
//! stays open. Being filled in a few more rows is no reason to prefer a column.

use super::evidence::{Evidence, Fillings};
use super::{Basis, Candidate, Role};
use crate::dataset::gis::Kind;

/// The share of values that must speak for a role.
const ENOUGH: f64 = 0.6;

/// The share of values that must hold a word of form: many products have no word for theirs.
const ENOUGH_FORMS: f64 = 0.2;

/// The share of a form's words that must be known: remarks on products hold others.
const KNOWN: f64 = 0.6;

/// The share of remarks that must hold a word of form to be remarks on products.
const ENOUGH_REMARKS: f64 = 0.05;

/// A column whose share is that much lower is no rival.
const APART: f64 = 0.25;

/// By how much the rows in which an amount stands with its unit must be ahead.
const AHEAD: f64 = 0.15;

/// Gives the roles that the values say.
pub(super) fn settle(kind: Kind, candidates: &mut [Candidate], fillings: &Fillings) {
    match kind {
        Kind::Facility | Kind::Port => facilities(candidates, fillings),
        Kind::Exploration | Kind::Deposit => deposits(candidates),
    }
}

/// Facilities and ports: one commodity and its product a row.
fn facilities(candidates: &mut [Candidate], fillings: &Fillings) {
    settle_one(candidates, Role::SharedWith, |seen| enough(seen, seen.ids));
    settle_one(candidates, Role::Unit, |seen| enough(seen, seen.units));
    capacity(candidates, fillings);
    // A word of form (Metal) may also name a group, but Fuel or Industrial is no form.
    settle_one(candidates, Role::Group, |seen| {
        enough(seen, seen.groups).filter(|_| seen.forms < seen.groups)
    });
    commodity_and_form(candidates);
    // A form that can't be told may look like a remark.
    if has(candidates, Role::Form) {
        settle_one(candidates, Role::ProductNote, |seen| {
            let share = seen.share(seen.forms);
            (seen.is_prose() && share >= ENOUGH_REMARKS).then_some(share)
        });
    }
}

/// Exploration projects and deposits: several commodities a row, in columns of their own.
fn deposits(candidates: &mut [Candidate]) {
    settle_one(candidates, Role::DepositType, |seen| {
        enough(seen, seen.deposit_types).filter(|_| enough(seen, seen.commodities).is_none())
    });
    for candidate in candidates.iter_mut().filter(|candidate| candidate.settled.is_none()) {
        if enough(&candidate.seen, candidate.seen.commodities).is_some() {
            candidate.give(Role::Commodity, Basis::Values);
        }
    }
}

/// The share of a count, where it is enough.
fn enough(seen: &Evidence, count: usize) -> Option<f64> {
    Some(seen.share(count)).filter(|share| *share >= ENOUGH)
}

/// What speaks for a commodity.
fn as_commodity(seen: &Evidence) -> Option<f64> {
    enough(seen, seen.commodities)
}

/// What speaks for a form. A column of nothing but Metal may as well be one of groups.
fn as_form(seen: &Evidence) -> Option<f64> {
    let share = seen.share(seen.forms);
    let is_form = share >= ENOUGH_FORMS && seen.known() >= KNOWN && seen.groups < seen.looked_at;
    is_form.then_some(share)
}

/// A column that speaks for a role: its place, the share of its values that do, and how many
/// rows it is filled in.
#[derive(Clone, Copy)]
struct Speaker {
    place: usize,
    share: f64,
    filled: usize,
}

impl Speaker {
    /// How many rows speak.
    fn weight(self) -> f64 {
        self.share * self.filled as f64
    }

    /// Whether another speaks as well, so that neither can be preferred.
    fn is_rivalled_by(self, other: Speaker) -> bool {
        other.place != self.place
            && self.share - other.share < APART
            && other.filled * 2 > self.filled
    }
}

/// The columns without a role that speak for one, the heaviest first.
fn speakers(candidates: &[Candidate], share: impl Fn(&Evidence) -> Option<f64>) -> Vec<Speaker> {
    let free = candidates.iter().enumerate().filter(|(_, candidate)| candidate.settled.is_none());
    let speaker = |(place, candidate): (usize, &Candidate)| {
        let share = share(&candidate.seen)?;
        Some(Speaker { place, share, filled: candidate.seen.filled })
    };
    let mut speakers: Vec<Speaker> = free.filter_map(speaker).collect();
    speakers.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    speakers
}

fn has(candidates: &[Candidate], role: Role) -> bool {
    candidates.iter().any(|candidate| candidate.role() == Some(role))
}

fn give(candidates: &mut [Candidate], place: usize, role: Role) {
    if let Some(candidate) = candidates.get_mut(place) {
        candidate.give(role, Basis::Values);
    }
}

/// Gives a role to the column that speaks for it, if no other does so as well.
fn settle_one(candidates: &mut [Candidate], role: Role, share: impl Fn(&Evidence) -> Option<f64>) {
    if has(candidates, role) {
        return;
    }
    let speakers = speakers(candidates, share);
    let Some(first) = speakers.first() else { return };
    if !speakers.iter().any(|other| first.is_rivalled_by(*other)) {
        give(candidates, first.place, role);
    }
}

/// The capacity: a column of amounts. Of several, the one that is filled where the unit is, or
/// else the only one that marks what is not known.
fn capacity(candidates: &mut [Candidate], fillings: &Fillings) {
    if has(candidates, Role::Capacity) {
        return;
    }
    let unit = candidates.iter().position(|candidate| candidate.role() == Some(Role::Unit));
    let amounts = speakers(candidates, |seen| seen.is_number().then_some(1.0));
    let agreement =
        |speaker: &Speaker| unit.map_or(0.0, |unit| fillings.agreement(speaker.place, unit));
    let mut agreeing: Vec<(f64, Speaker)> =
        amounts.iter().map(|amount| (agreement(amount), *amount)).collect();
    agreeing.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let is_marked = |speaker: &&Speaker| {
        candidates.get(speaker.place).is_some_and(|candidate| candidate.seen.marked_missing > 0)
    };
    let marked: Vec<&Speaker> = amounts.iter().filter(is_marked).collect();
    let found = match (agreeing.as_slice(), marked.as_slice()) {
        ([(_, only)], _) => Some(only.place),
        ([(best, first), (second, _), ..], _) if best - second >= AHEAD => Some(first.place),
        (_, [only]) => Some(only.place),
        _ => None,
    };
    if let Some(place) = found {
        give(candidates, place, Role::Capacity);
    }
}

/// The commodity and the form, weighed together: a form may name a commodity (`Rare-Earth
/// Compounds`) and a commodity a form (`Iron ore`), but the two are different columns.
fn commodity_and_form(candidates: &mut [Candidate]) {
    let wanted = |role: Role, share: fn(&Evidence) -> Option<f64>| match has(candidates, role) {
        true => Vec::new(),
        false => speakers(candidates, share),
    };
    let commodities = wanted(Role::Commodity, as_commodity);
    let forms = wanted(Role::Form, as_form);
    // None stands last, so that a column that could be either is the commodity.
    let options = |speakers: &[Speaker]| -> Vec<Option<Speaker>> {
        speakers.iter().copied().map(Some).chain([None]).collect()
    };
    let weight = |speaker: Option<Speaker>| speaker.map_or(0.0, Speaker::weight);
    let place = |speaker: Option<Speaker>| speaker.map(|speaker| speaker.place);
    let mut best: Option<(Option<Speaker>, Option<Speaker>, f64)> = None;
    for commodity in options(&commodities) {
        for form in options(&forms) {
            if commodity.is_some() && place(commodity) == place(form) {
                continue;
            }
            let sum = weight(commodity) + weight(form);
            if best.is_none_or(|(.., known)| sum > known) {
                best = Some((commodity, form, sum));
            }
        }
    }
    let Some((commodity, form, _)) = best else { return };
    // The column of the other role is a rival only where the two could change places.
    let chosen = [
        (Role::Commodity, commodity, form, &commodities, &forms),
        (Role::Form, form, commodity, &forms, &commodities),
    ];
    let settled = chosen.into_iter().filter_map(|(role, own, other, rivals, others)| {
        let own = own?;
        let could_swap = |other: Speaker| {
            others.iter().any(|speaker| speaker.place == own.place)
                && rivals.iter().any(|speaker| speaker.place == other.place)
        };
        let is_rival = |rival: &&Speaker| {
            own.is_rivalled_by(**rival)
                && (place(other) != Some(rival.place) || other.is_some_and(could_swap))
        };
        rivals.iter().find(is_rival).is_none().then_some((own.place, role))
    });
    let settled: Vec<(usize, Role)> = settled.collect();
    for (place, role) in settled {
        give(candidates, place, role);
    }
}
