//! What the aliases of columns say, and names that are written as aliases are.

use std::cmp::Reverse;

use super::{Basis, Candidate, DOUBTFUL, Role};
use crate::dataset::gis::Kind;

/// Whether a column that is none of the designated attributes says by its name or alias that it
/// is one of what they hold.
pub(super) fn tells(candidate: &Candidate) -> bool {
    let texts = [Some(&candidate.name), candidate.alias.as_ref(), candidate.documented.as_ref()];
    texts.into_iter().flatten().any(|text| {
        let role = role(text, Kind::Facility);
        role.is_some_and(|role| role != Role::Unused)
    })
}

/// The share of a column's values from which they outweigh what other columns' aliases say.
const SURE: f64 = 0.8;

/// Gives the roles that names and aliases say. One whose values speak against it is overruled and
/// left to the values; of several columns that say one role, the one whose values bear it out
/// most has it, and the others are left to the values too.
pub(super) fn settle(kind: Kind, candidates: &mut [Candidate]) {
    type Text = fn(&Candidate) -> Option<&String>;
    let texts: [(Basis, Text); 3] = [
        (Basis::Name, |candidate| Some(&candidate.name)),
        (Basis::Alias, |candidate| candidate.alias.as_ref()),
        (Basis::Metadata, |candidate| candidate.documented.as_ref()),
    ];
    for (basis, text) in texts {
        let says = |candidate: &Candidate| {
            let text = text(candidate).filter(|_| candidate.settled.is_none())?;
            Some((role(text, kind)?, place(text.trim())))
        };
        let claims: Vec<Option<(Role, Option<u32>)>> = candidates.iter().map(says).collect();
        let roles: Vec<Option<Role>> =
            claims.iter().map(|claim| claim.map(|(role, _)| role)).collect();
        let mut upheld: Vec<(usize, Role, Option<u32>)> = Vec::new();
        for (index, claim) in claims.into_iter().enumerate() {
            let Some((role, place)) = claim else { continue };
            if !is_overruled(index, role, &roles, candidates) {
                upheld.push((index, role, place));
            } else if let Some(candidate) = candidates.get_mut(index) {
                // A flag is about the role, and of what isn't used nothing was promised.
                let flag = candidate.seen.share(candidate.seen.answers) >= 0.5;
                let told = role != Role::Unused && !flag;
                candidate.overruled = Some((role, basis)).filter(|_| told);
            }
        }
        upheld.sort_by_key(|(index, role, place)| {
            let values = candidates.get(*index).map_or(0, |candidate| bears_out(candidate, *role));
            (*role, place.unwrap_or(u32::MAX), Reverse(values))
        });
        for (index, role, place) in upheld {
            let taken = candidates.iter().any(|c| c.role() == Some(role));
            // Commodities are several only where aliases number them.
            let several = role == Role::Unused || (role == Role::Commodity && place.is_some());
            if let Some(candidate) = candidates.get_mut(index).filter(|_| several || !taken) {
                candidate.give(role, basis);
                candidate.place = place;
            }
        }
    }
}

/// Whether the values speak against what a column's alias says: they can't be that, or they are
/// nothing of the kind and those of another column are, whose alias doesn't say so.
fn is_overruled(
    index: usize,
    role: Role,
    claims: &[Option<Role>],
    candidates: &[Candidate],
) -> bool {
    let Some(seen) = candidates.get(index).map(|candidate| &candidate.seen) else { return false };
    if seen.looked_at == 0 {
        return false;
    }
    let speaks = |role: Role| seen.speaks_for(role).unwrap_or(0.0);
    match role {
        Role::Capacity => return speaks(Role::Capacity) < 0.5,
        Role::Group => return speaks(Role::Group) < DOUBTFUL,
        Role::SharedWith => return speaks(Role::SharedWith) < DOUBTFUL,
        // A flag or number says nothing of the role itself.
        Role::Unused => {
            let used = [Role::Commodity, Role::Unit, Role::SharedWith];
            return used.into_iter().any(|role| speaks(role) >= SURE);
        }
        Role::Commodity | Role::Form | Role::Unit
            if seen.share(seen.numbers + seen.answers) >= 0.5 =>
        {
            return true;
        }
        _ => {}
    }
    let Some(share) = seen.speaks_for(role) else { return false };
    let others = candidates.iter().zip(claims).enumerate();
    let other_speaks = others.filter(|(other, (candidate, claim))| {
        *other != index && candidate.settled.is_none() && **claim != Some(role)
    });
    let mut shares = other_speaks.filter_map(|(_, (other, _))| other.seen.speaks_for(role));
    share < DOUBTFUL && shares.any(|share| share >= SURE)
}

/// How many values speak for a role.
fn bears_out(candidate: &Candidate, role: Role) -> usize {
    let seen = &candidate.seen;
    let share = seen.speaks_for(role).unwrap_or(1.0);
    (share * seen.looked_at as f64) as usize
}

/// The place among like columns that a name or alias gives: 2 of `Commodity 2`.
fn place(text: &str) -> Option<u32> {
    let end = text.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    text.get(end..)?.parse().ok()
}

/// What a name or an alias says. What a note, a year or an id is of is not what it holds.
fn role(text: &str, kind: Kind) -> Option<Role> {
    let words = words(text);
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    let commodity = has(&["commodity", "commodities", "commod", "commods"]);
    let product = has(&["form", "forms", "product", "products", "produced"]);
    let note = [
        "note",
        "notes",
        "remark",
        "remarks",
        "comment",
        "comments",
        "detail",
        "details",
        "description",
        "descriptions",
        "specification",
    ];
    let role = if has(&note) {
        match (commodity || product, has(&["capacity"])) {
            (_, true) => Role::Unused,
            (true, _) => Role::ProductNote,
            _ => return None,
        }
    } else if has(&["year", "date", "source", "flag", "multiple", "id", "import", "imports"]) {
        Role::Unused
    } else if has(&["share", "shared", "shares", "sharing", "combined"]) {
        Role::SharedWith
    } else if has(&["unit", "units"]) {
        Role::Unit
    } else if has(&["capacity", "capacities"]) {
        Role::Capacity
    } else if has(&["deposit"]) && has(&["type"]) {
        Role::DepositType
    } else if product {
        Role::Form
    } else if commodity && has(&["type", "group", "class", "category"]) {
        Role::Group
    } else if commodity || (kind == Kind::Port && has(&["export", "exports"])) {
        Role::Commodity
    } else {
        return None;
    };
    Some(role)
}

/// The words of a text in lower case; `CommodityForm` and `Commodity1` are two.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in text.chars() {
        let begins = !before.is_alphanumeric()
            || (before.is_lowercase() && letter.is_uppercase())
            || (before.is_alphabetic() != letter.is_alphabetic());
        if letter.is_alphanumeric() {
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        before = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_say_what_columns_hold() {
        let facility = |text: &str| role(text, Kind::Facility);
        for (text, expected) in [
            ("Commodity", Role::Commodity),
            ("Commodity 1", Role::Commodity),
            ("commodity_2", Role::Commodity),
            ("Commodity Type", Role::Group),
            ("Commodity Form", Role::Form),
            ("CommodityProduct", Role::Form),
            ("Product Notes", Role::ProductNote),
            ("Commodity Form Detail", Role::ProductNote),
            ("Product Description", Role::ProductNote),
            ("Capacity Notes", Role::Unused),
            ("Annual Capacity", Role::Capacity),
            ("Estimated annual capacity", Role::Capacity),
            ("Capacity Units", Role::Unit),
            ("Capacity Year", Role::Unused),
            ("Shared Capacity", Role::SharedWith),
            ("Multiple Commodities", Role::Unused),
            ("Port Commodity ID", Role::Unused),
            ("Deposit Type", Role::DepositType),
        ] {
            assert_eq!(facility(text), Some(expected), "{text}");
        }
        for text in ["Voltage", "Notes", "Material Details"] {
            assert_eq!(facility(text), None, "{text}");
        }
        assert_eq!(facility("DsgAttr01"), None);
        assert_eq!(role("Major Exports", Kind::Port), Some(Role::Commodity));
        assert_eq!(role("Commodity Imports", Kind::Port), Some(Role::Unused));
    }
}
