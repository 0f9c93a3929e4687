//! The countries and provinces of the grids by number, with their codes and names.

use std::ops::Range;

use crate::site::Unit;

/// A line for each unit, the countries first, in the order of their numbers in the grids: the
/// country's code, the province's or nothing, and the name in English.
const UNITS: &str = include_str!("../../data/places/units.tsv");

/// Which country or province, for [`super::Gazetteer::unit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitIndex(u32);

impl UnitIndex {
    /// The position among all units, from 0; for arrays by unit.
    pub fn position(self) -> usize {
        self.0 as usize
    }
}

/// All units.
pub struct Units {
    /// Countries, then provinces.
    units: Vec<Unit>,
    /// The provinces of each country.
    provinces: Vec<Range<u32>>,
}

impl Units {
    /// Reads the embedded table.
    pub fn embedded() -> Result<Self, String> {
        let mut units = Vec::with_capacity(UNITS.len() / 24);
        let mut provinces: Vec<Range<u32>> = Vec::new();
        // Provinces of a country stand together.
        let mut last: Option<(&str, usize)> = None;
        for line in UNITS.lines() {
            let mut cells = line.split('\t');
            let (Some(country), Some(province), Some(name), None) =
                (cells.next(), cells.next(), cells.next(), cells.next())
            else {
                return Err(format!("not three columns: {line}"));
            };
            if province.is_empty() {
                units.push(Unit { code: country.into(), name: name.into() });
                provinces.push(0..0);
                continue;
            }
            let countries = provinces.len();
            let at = match last {
                Some((code, at)) if code == country => at,
                _ => units[..countries]
                    .binary_search_by(|unit| unit.code.as_str().cmp(country))
                    .map_err(|_| format!("no such country: {line}"))?,
            };
            last = Some((country, at));
            let number = (units.len() - countries) as u32;
            let range = &mut provinces[at];
            if range.start == range.end {
                *range = number..number;
            }
            range.end = number + 1;
            units.push(Unit { code: province.into(), name: name.into() });
        }
        Ok(Units { units, provinces })
    }

    /// How many countries there are.
    fn countries(&self) -> usize {
        self.provinces.len()
    }

    /// The index of a country by its number in the grid.
    pub fn country(&self, number: u32) -> UnitIndex {
        UnitIndex(number)
    }

    /// The index of a province by its number in the grid.
    pub fn province(&self, number: u32) -> UnitIndex {
        UnitIndex(self.countries() as u32 + number)
    }

    /// The numbers of a country's provinces.
    pub fn provinces_of(&self, country: u32) -> Range<u32> {
        self.provinces.get(country as usize).cloned().unwrap_or_default()
    }

    /// A unit.
    pub fn get(&self, index: UnitIndex) -> &Unit {
        &self.units[index.position()]
    }

    /// Whether a code is a country's, and its number in the grid.
    pub fn position(&self, code: &str) -> Option<(bool, u32)> {
        let at = self.units.iter().position(|unit| unit.code == code)?;
        let countries = self.countries();
        Some(if at < countries { (true, at as u32) } else { (false, (at - countries) as u32) })
    }
}
