//! What the aliases of columns say, and names that are written as aliases are.

use std::cmp::Reverse;

use super::{Basis, Candidate, Role};
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

/// Gives the roles that names and aliases say. Of several columns that say one role, the one
/// whose values bear it out has it; a column of words can't be an amount whatever its alias.
pub(super) fn settle(kind: Kind, candidates: &mut [Candidate]) {
    type Text = fn(&Candidate) -> Option<&String>;
    let texts: [(Basis, Text); 3] = [
        (Basis::Name, |candidate| Some(&candidate.name)),
        (Basis::Alias, |candidate| candidate.alias.as_ref()),
        (Basis::Metadata, |candidate| candidate.documented.as_ref()),
    ];
    for (basis, text) in texts {
        let mut said: Vec<(usize, Role)> = Vec::new();
        for (index, candidate) in candidates.iter_mut().enumerate() {
            if candidate.settled.is_some() {
                continue;
            }
            let Some(text) = text(candidate) else { continue };
            let Some(role) = role(text, kind) else { continue };
            candidate.place = place(text.trim());
            said.push((index, if fits(candidate, role) { role } else { Role::Unused }));
        }
        said.sort_by_key(|(index, role)| {
            let candidate = candidates.get(*index);
            (*role, Reverse(candidate.map_or(0, |candidate| bears_out(candidate, *role))))
        });
        for (index, role) in said {
            let taken = candidates.iter().any(|c| c.role() == Some(role));
            let role = if taken && !role.is_repeated() { Role::Unused } else { role };
            if let Some(candidate) = candidates.get_mut(index) {
                candidate.give(role, basis);
            }
        }
    }
}

/// Whether a column can have a role at all.
fn fits(candidate: &Candidate, role: Role) -> bool {
    let seen = &candidate.seen;
    match role {
        Role::Capacity => seen.filled == 0 || seen.share(seen.numbers) >= 0.5,
        Role::Commodity | Role::Form | Role::Unit => {
            seen.filled == 0 || seen.share(seen.numbers + seen.answers) < 0.5
        }
        _ => true,
    }
}

/// How many values speak for a role.
fn bears_out(candidate: &Candidate, role: Role) -> usize {
    let seen = &candidate.seen;
    match role {
        Role::Group => seen.groups,
        Role::Commodity => seen.commodities,
        Role::Form => seen.forms,
        Role::Capacity => seen.numbers,
        Role::Unit => seen.units,
        Role::SharedWith => seen.ids,
        Role::DepositType => seen.deposit_types,
        _ => seen.filled,
    }
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
    let product = has(&["form", "forms", "product", "products"]);
    let role = if has(&["note", "notes", "remark", "remarks", "comment", "comments"]) {
        if commodity || product { Role::ProductNote } else { Role::Unused }
    } else if has(&["year", "date", "source", "flag", "multiple", "id", "import", "imports"]) {
        Role::Unused
    } else if has(&["share", "shared", "shares", "combined"]) {
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
            ("Annual Capacity", Role::Capacity),
            ("Estimated annual capacity", Role::Capacity),
            ("Capacity Units", Role::Unit),
            ("Capacity Year", Role::Unused),
            ("Shared Capacity", Role::SharedWith),
            ("Multiple Commodities", Role::Unused),
            ("Port Commodity ID", Role::Unused),
            ("Deposit Type", Role::DepositType),
            ("Notes", Role::Unused),
        ] {
            assert_eq!(facility(text), Some(expected), "{text}");
        }
        assert_eq!(facility("Voltage"), None);
        assert_eq!(facility("DsgAttr01"), None);
        assert_eq!(role("Major Exports", Kind::Port), Some(Role::Commodity));
        assert_eq!(role("Commodity Imports", Kind::Port), Some(Role::Unused));
    }
}
