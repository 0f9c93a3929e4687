//! Words of filters and what they name, with what may have been meant where they name nothing.

use crate::error::{Error, Result};
use crate::letters;
use crate::place::Gazetteer;
use crate::site::Unit;

/// Text for comparison: letter case, diacritics and the width of white space aside.
pub fn fold(text: &str) -> String {
    letters::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The candidates nearest to a misspelt word, the best first; none where nothing is near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = fold(word);
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &fold(candidate)), candidate))
        .filter(|(score, _)| *score > 0.8)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// The countries and provinces of these names, as the filters take them.
///
/// # Errors
/// [`Error::Usage`], with what may have been meant, for a name that no place goes by.
pub fn places(
    countries: &[String],
    provinces: &[String],
    gazetteer: &Gazetteer,
) -> Result<(Vec<Unit>, Vec<Unit>)> {
    let countries =
        countries.iter().map(|name| country(name, gazetteer)).collect::<Result<Vec<Unit>>>()?;
    let mut found = Vec::new();
    for name in provinces {
        found.extend(province(name, &countries, gazetteer)?);
    }
    Ok((countries, found))
}

/// The country of that name. A part of a country that people also call one (French Guiana) is a
/// province here, and counting all of France for it would mislead.
fn country(name: &str, gazetteer: &Gazetteer) -> Result<Unit> {
    let unit = gazetteer.country(name).ok_or_else(|| unknown_place("country", name, gazetteer))?;
    let parts = gazetteer.province_in(&unit.code, name);
    match parts.first() {
        Some(part) if fold(&part.name) == fold(name) && fold(&unit.name) != fold(name) => {
            let reason = format!("{} is a province of {} here", part.name, unit.name);
            Err(Error::usage(reason).with_hint(format!("--province {:?} selects it", part.name)))
        }
        _ => Ok(unit),
    }
}

/// The provinces of that name, in any country; where that gives none, in the countries asked
/// for, in which a short code (`JX`) is enough.
fn province(name: &str, countries: &[Unit], gazetteer: &Gazetteer) -> Result<Vec<Unit>> {
    let mut units = gazetteer.province(name);
    if units.is_empty() {
        units = countries.iter().flat_map(|c| gazetteer.province_in(&c.code, name)).collect();
    }
    if units.is_empty() {
        return Err(unknown_place("province", name, gazetteer));
    }
    Ok(units)
}

/// What to say of a name that no country, or no province, goes by.
fn unknown_place(what: &str, name: &str, gazetteer: &Gazetteer) -> Error {
    let is_country = what == "country";
    let near = if is_country {
        gazetteer.suggest_countries(name)
    } else {
        gazetteer.suggest_provinces(name)
    };
    let of_other_kind = || match is_country {
        true => gazetteer.province(name).first().map(|unit| ("province", unit.name.clone())),
        false => gazetteer.country(name).map(|unit| ("country", unit.name)),
    };
    let hint = if let Some((kind, other)) = of_other_kind() {
        format!("{other} is a {kind} here: --{kind} {other:?}")
    } else if near.is_empty() {
        format!("give the {what}'s English or Chinese name or its ISO code")
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Error::usage(format!("unknown {what} {name:?}")).with_hint(hint)
}

/// The values that words name.
///
/// # Errors
/// [`Error::Usage`], with what may have been meant, for a word that names none.
pub fn words<T: Copy>(
    words: &[String],
    what: &str,
    values: &[T],
    name: impl Fn(&T) -> &'static str,
) -> Result<Vec<T>> {
    words.iter().map(|text| word(text, what, values, &name)).collect()
}

/// The value that a word names.
pub(super) fn word<T: Copy>(
    text: &str,
    what: &str,
    values: &[T],
    name: impl Fn(&T) -> &'static str,
) -> Result<T> {
    let named = values.iter().find(|value| name(value).eq_ignore_ascii_case(text.trim()));
    named.copied().ok_or_else(|| {
        let names: Vec<&str> = values.iter().map(&name).collect();
        let near = nearest(text, names.iter().copied());
        let hint = match near.first() {
            Some(near) => format!("did you mean {near}?"),
            None => format!("one of: {}", names.join(", ")),
        };
        Error::usage(format!("unknown {what} {text:?}")).with_hint(hint)
    })
}
