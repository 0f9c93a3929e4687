//! Sites built straight from the workbook's columns, as far as classification needs them.

use std::collections::BTreeMap;

use calamine::{Data, Reader, Xlsx, open_workbook};
use reemap::site::{Dataset, Note, Site, Term};

use super::common::shared;

/// All rows of the workbook as sites; none where it is absent.
pub fn sites() -> Option<Vec<Site>> {
    let path = shared("global_ree/Global_REE_occurrence_database.xlsx")?;
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.worksheet_range("Sheet1").unwrap();
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().unwrap().iter().map(Data::to_string).collect();
    Some(
        rows.map(|row| {
            let cells: BTreeMap<&str, String> = header
                .iter()
                .zip(row)
                .map(|(name, cell)| (name.as_str(), cell.to_string().trim().to_owned()))
                .collect();
            site(&cells)
        })
        .collect(),
    )
}

fn site(cells: &BTreeMap<&str, String>) -> Site {
    let cell = |name: &str| cells.get(name).filter(|text| !text.is_empty()).cloned();
    let mut site = Site::new(
        Dataset::GlobalRee,
        cell("ID_No").unwrap_or_default(),
        cell("Name").unwrap_or_default(),
    );
    site.stated_country = cell("Country");
    site.deposit_types = terms(&cell("Dep_Type").unwrap_or_default(), &[';']);
    site.deposit_subtype = cell("Dep_Note");
    site.commodities = terms(&cell("Commods").unwrap_or_default(), &[',']);
    site.ree_minerals = terms(&cell("REE_Mins").unwrap_or_default(), &[',', ';']);
    for column in ["HREE_Note", "LREE_Note", "REE_Ratio", "REE"] {
        if let Some(text) = cell(column) {
            site.notes.push(Note { column: column.into(), text: Some(text), facts: Vec::new() });
        }
    }
    site
}

fn terms(cell: &str, separators: &[char]) -> Vec<Term> {
    cell.split(separators)
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| match name.strip_suffix("(?)") {
            Some(name) => Term { name: name.trim().into(), certain: false },
            None => Term { name: name.into(), certain: true },
        })
        .collect()
}
