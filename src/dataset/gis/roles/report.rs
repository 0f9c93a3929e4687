//! What was found of a layer's columns, for people and for mappings.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Basis, Candidate, Role, Roles};

/// What a column was taken for, and what speaks for it.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The role's key; none where it isn't settled.
    pub role: Option<&'static str>,
    /// The column's name.
    pub column: String,
    /// Its alias, in the file or in metadata.
    pub alias: Option<String>,
    /// What settled the role.
    pub by: Option<&'static str>,
    /// Rows that hold a value.
    pub filled: usize,
    /// The most frequent values, with their counts.
    pub examples: Vec<(String, usize)>,
    /// What the values speak for, in words.
    pub values: String,
    /// What speaks against it.
    pub doubt: Option<String>,
}

/// How many columns are offered for an open role.
const OFFERED: usize = 6;

/// The share of values of a kind from which it is told.
const TELLING: f64 = 0.05;

impl Found {
    /// What the values speak for, with the most frequent of them.
    pub fn evidence(&self) -> String {
        let examples: Vec<String> = self
            .examples
            .iter()
            .map(|(value, count)| match count {
                1 => value.clone(),
                count => format!("{value} ×{count}"),
            })
            .collect();
        if examples.is_empty() {
            return self.values.clone();
        }
        format!("{}: {}", self.values, examples.join(", "))
    }
}

impl Roles {
    /// What each column that was looked at was taken for: by role, those without one last.
    pub fn found(&self) -> Vec<Found> {
        let mut candidates: Vec<&Candidate> = self.candidates.iter().collect();
        let order = |candidate: &Candidate| match candidate.role() {
            None => (Role::ALL.len(), 0, candidate.name.to_lowercase()),
            Some(role) => {
                let all = self.all(role);
                let place = all.iter().position(|index| *index == candidate.index);
                let role = Role::ALL.iter().position(|known| *known == role);
                (role.unwrap_or_default(), place.unwrap_or_default(), String::new())
            }
        };
        candidates.sort_by_cached_key(|candidate| order(candidate));
        let found = |candidate: &Candidate| Found {
            role: candidate.role().map(Role::key),
            column: candidate.name.clone(),
            alias: candidate.alias.clone().or_else(|| candidate.documented.clone()),
            by: candidate.settled.map(|(_, basis)| basis.name()),
            filled: candidate.seen.filled,
            examples: candidate.seen.examples.clone(),
            values: self.speaks(candidate),
            doubt: candidate.contradiction(),
        };
        candidates.into_iter().map(found).collect()
    }

    /// What was settled otherwise than by an official name: `form: DsgAttr02 (values)`.
    pub fn settled(&self) -> Vec<String> {
        let found = self.found().into_iter().filter_map(|found| {
            let role = Role::from_key(found.role?).filter(|role| *role != Role::Unused)?;
            let by = found.by.filter(|by| *by != Basis::Name.name())?;
            Some(format!("{}: {} ({by})", role.key(), found.column))
        });
        found.collect()
    }

    /// What the values of a column speak for.
    fn speaks(&self, candidate: &Candidate) -> String {
        let seen = &candidate.seen;
        if seen.filled == 0 {
            return "empty".into();
        }
        let kinds = [
            (seen.groups, "groups of commodities"),
            (seen.commodities, "commodities"),
            (seen.forms, "forms"),
            (seen.units, "units"),
            (seen.deposit_types, "deposit types"),
            (seen.ids, "ids of the layer"),
            (seen.numbers, if seen.is_year() { "years" } else { "numbers" }),
            (seen.answers, "Y or N"),
        ];
        let is_official = matches!(candidate.settled, Some((_, Basis::Name | Basis::Mapping)))
            && candidate.role().is_some_and(|role| !role.official().is_empty());
        let mut told: Vec<String> = kinds
            .into_iter()
            .filter(|(count, _)| seen.share(*count) >= TELLING && !is_official)
            .map(|(count, kind)| format!("{} {kind}", percent(seen.share(count))))
            .collect();
        if seen.marked_missing > 0 {
            told.push(format!("{} are -999", seen.marked_missing));
        }
        if told.is_empty() {
            told.push(match seen.distinct {
                1 => "1 value".into(),
                distinct => format!("{distinct} values"),
            });
        }
        told.join(", ")
    }

    /// A line for each column that was looked at for roles without a name of their own.
    pub(super) fn seen(&self) -> String {
        let mut out = String::new();
        for found in self.found() {
            let settled = found.role.and_then(Role::from_key);
            if settled.is_some_and(|role| !role.official().is_empty()) {
                continue;
            }
            let evidence = found.evidence();
            let alias = found.alias.map(|alias| format!(" [{alias}]")).unwrap_or_default();
            let role = settled.map_or("open", Role::name);
            let by = found.by.map(|by| format!(", by {by}")).unwrap_or_default();
            // Writing to a string can't fail.
            let _ = writeln!(
                out,
                "  {}{alias}: {role}{by}; filled in {} of {} rows; {evidence}",
                found.column, found.filled, self.rows,
            );
        }
        if out.is_empty() {
            out.push_str("  the layer has no DsgAttr column\n");
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// The layer's part of a mapping file: what is settled, and what to fill in.
    pub fn mapping(&self) -> String {
        let mut out = format!("[{}]\nlists = \"{}\"\n", key(&self.layer), self.kind.name());
        let mut line = |text: String| {
            out.push_str(&text);
            out.push('\n');
        };
        let quoted = |candidate: &&Candidate| format!("\"{}\"", escaped(&candidate.name));
        let open = self.open();
        let unused = [Role::Unused].iter().filter(|_| {
            self.of(Role::Unused).any(|c| matches!(c.settled, Some((_, Basis::Mapping))))
        });
        for role in self.kind.roles().iter().chain(unused) {
            let columns: Vec<&Candidate> = self
                .all(*role)
                .into_iter()
                .filter_map(|index| self.candidates.iter().find(|c| c.index == index))
                .collect();
            let key = role.key();
            match columns.as_slice() {
                [] if open.contains(role) => {
                    // Commands do without the others.
                    let needed = self.needed().any(|needed| needed == *role);
                    let mark = if needed { "" } else { "# " };
                    line(format!("{mark}{key} = \"\"  # open; {}", self.best_for(*role)));
                }
                [] => {}
                [one] => {
                    let by_values = matches!(one.settled, Some((_, Basis::Values)));
                    let why = if by_values {
                        format!("  # by values: {}", self.speaks(one))
                    } else {
                        String::new()
                    };
                    line(format!("{key} = {}{why}", quoted(one)));
                }
                several => {
                    let list: Vec<String> = several.iter().map(quoted).collect();
                    line(format!("{key} = [{}]", list.join(", ")));
                }
            }
        }
        out
    }

    /// The columns that could have an open role, those whose values speak for it most first, with
    /// a value of each.
    fn best_for(&self, role: Role) -> String {
        if role == Role::Id {
            return format!("one of {}", self.columns.join(", "));
        }
        let fits = |candidate: &&Candidate| {
            let seen = &candidate.seen;
            let kind = match role {
                Role::Capacity => seen.share(seen.numbers) >= 0.5,
                Role::ProductNote => seen.is_prose(),
                _ => seen.is_text(),
            };
            let is_other = match candidate.settled {
                None => false,
                Some((role, Basis::Values)) => {
                    matches!(role, Role::Unit | Role::SharedWith | Role::Group)
                }
                Some((_, basis)) => matches!(basis, Basis::Name | Basis::Mapping),
            };
            kind && !is_other
        };
        let mut columns: Vec<&Candidate> = self.candidates.iter().filter(fits).collect();
        let share = |candidate: &Candidate| match role {
            Role::ProductNote => candidate.seen.share(candidate.seen.forms),
            role => candidate.seen.speaks_for(role).unwrap_or(0.0),
        };
        columns.sort_by(|a, b| share(b).total_cmp(&share(a)));
        let told = columns.iter().take(OFFERED).map(|candidate| {
            let value = candidate.seen.examples.first().map(|(value, _)| clipped(value));
            let value = value.unwrap_or_default();
            match candidate.role() {
                None => format!("{} ({value})", candidate.name),
                Some(role) => format!("{} ({value}; else {})", candidate.name, role.key()),
            }
        });
        let told: Vec<String> = told.collect();
        if told.is_empty() { "no column is like it".into() } else { told.join(", ") }
    }
}

/// A share in whole per cent, save where that would say none or all and it isn't so.
pub(super) fn percent(share: f64) -> String {
    let percent = (share * 100.0).round();
    if percent == 0.0 {
        "under 1 %".into()
    } else if percent == 100.0 && share < 1.0 {
        "99 %".into()
    } else {
        format!("{percent:.0} %")
    }
}

/// A value on one line, not too long.
fn clipped(value: &str) -> String {
    let short: String = value.chars().take(30).collect();
    if short.len() < value.len() { format!("{}…", short.trim_end()) } else { short }
}

/// A layer's name as a TOML key.
fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(bare) {
        name.to_owned()
    } else {
        format!("\"{}\"", escaped(name))
    }
}

/// Text as it stands within quotes in TOML.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|letter| match letter {
            '"' | '\\' => vec!['\\', letter],
            letter if letter.is_control() => vec![' '],
            letter => vec![letter],
        })
        .collect()
}
