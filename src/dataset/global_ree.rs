//! The USGS Global Rare Earth Element Occurrence Database (2018): the table of records with a
//! location, the one of records without, their references.

use super::location::Location;
use super::status::{Source, Statuses};
use super::terms;
use crate::error::{At, Error, Notices, Result};
use crate::resource;
use crate::site::{Dataset, Note, Record, Reference, Site, Term};
use crate::source::{Cell, Layer, Row, Rows};

/// The columns that tell this database from any other.
pub const TELLING: [&str; 4] = ["ID_No", "Dep_Type", "Commods", "P_Status"];

/// The columns that bear on the light/heavy split, in the database's order.
pub const NOTES: [&str; 4] = ["HREE_Note", "LREE_Note", "REE_Ratio", "REE"];

/// The database's name for its table of records with a location.
pub const SPATIAL: &str = "Global_REE";

/// The database's name for its table of records without one.
pub const NONSPATIAL: &str = "Global_REE_nonspatial_table";

/// The database's name for the table of one of its two datasets.
pub(super) fn table_name(dataset: Dataset) -> &'static str {
    match dataset {
        Dataset::GlobalReeNonspatial => NONSPATIAL,
        _ => SPATIAL,
    }
}

/// A deposit type that holds the sign which elsewhere separates types.
const TYPE_WITH_COMMA: &str = "hydrothermal Fe-oxide deposit ± Cu, Au";

/// One of the two tables, opened: where its columns stand.
pub struct Table {
    dataset: Dataset,
    at: At,
    location: Location,
    objectid: Option<usize>,
    id: Option<usize>,
    name: Option<usize>,
    other_names: Option<usize>,
    kind: Option<usize>,
    country: Option<usize>,
    province: Option<usize>,
    deposit_types: Option<usize>,
    deposit_subtype: Option<usize>,
    commodities: Option<usize>,
    minerals: Option<usize>,
    stage: Option<usize>,
    status: Option<usize>,
    references: Option<usize>,
    notes: [Option<usize>; 4],
    resources: Vec<(&'static str, usize)>,
    statuses: &'static Statuses,
}

impl Table {
    /// Opens a table. A table in which no row has a location is the one of records without.
    pub fn open(layer: &Layer, notices: &mut Notices) -> Result<Self> {
        let location = Location::of(layer, notices)?;
        let mut located = false;
        for row in layer.rows()? {
            match row {
                Ok(row) if location.is_given(&row) => {
                    located = true;
                    break;
                }
                Ok(_) => {}
                // The pass that reads the sites reports lost rows.
                Err(error) if error.is_one_row() => {}
                Err(error) => return Err(error),
            }
        }
        let column = |name| layer.column(name);
        Ok(Table {
            dataset: if located { Dataset::GlobalRee } else { Dataset::GlobalReeNonspatial },
            at: layer.at.clone(),
            location,
            objectid: column("OBJECTID"),
            id: column("ID_No"),
            name: column("Name"),
            other_names: column("Name_Other"),
            kind: column("Rec_Type"),
            country: column("Country"),
            province: column("State_Prov"),
            deposit_types: column("Dep_Type"),
            deposit_subtype: column("Dep_Note"),
            commodities: column("Commods"),
            minerals: column("REE_Mins"),
            stage: column("Status"),
            status: column("P_Status"),
            references: column("Ref_List"),
            notes: NOTES.map(column),
            resources: resource::COLUMNS
                .iter()
                .filter_map(|(name, _)| Some((*name, column(name)?)))
                .collect(),
            statuses: Statuses::embedded()?,
        })
    }

    /// The layer's rows, located on WGS 84.
    pub fn rows(&self, layer: &Layer) -> Result<Rows<'static>> {
        self.location.rows(layer)
    }

    /// Which of the two tables it is.
    pub fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// The site of a row. A row without an id is an error that loses this row only.
    pub fn site(&self, row: &Row, notices: &mut Notices) -> Result<Site> {
        let text = |column: Option<usize>| terms::text(cell(row, column));
        let list = |column: Option<usize>, separators: &[char]| {
            terms::list_text(cell(row, column), separators)
        };
        let Some(id) = identifier(cell(row, self.id)) else {
            let at = self.at.clone().row(row.number).column("ID_No");
            return Err(Error::row(at, "the row has no id"));
        };
        let name = text(self.name).unwrap_or_else(|| "Unnamed".into());
        let mut site = Site::new(self.dataset, id, name);
        site.record = Record {
            table: table_name(self.dataset).into(),
            key: identifier(cell(row, self.objectid)),
            file: self.at.file.display().to_string(),
            row: row.number,
        };
        site.point = self.location.point(row, notices)?;
        site.stated_country = text(self.country);
        site.stated_province = text(self.province);
        self.statuses.apply(Source::GlobalRee, text(self.status), &mut site, notices);
        let name_of = |term: Term| term.to_string();
        site.other_names = list(self.other_names, &[';', ','])
            .map(|names| terms::list(&names, &[';', ',']).into_iter().map(name_of).collect())
            .unwrap_or_default();
        site.kind = text(self.kind).as_deref().and_then(terms::term);
        site.stage = text(self.stage).as_deref().and_then(terms::term);
        site.deposit_types =
            list(self.deposit_types, &[';', ',']).as_deref().map(deposit_types).unwrap_or_default();
        site.deposit_subtype = text(self.deposit_subtype);
        site.commodities = list(self.commodities, &[',', ';', '.', ' '])
            .as_deref()
            .map(commodities)
            .unwrap_or_default();
        site.ree_minerals =
            list(self.minerals, &[';', ',']).as_deref().map(minerals).unwrap_or_default();
        site.references = list(self.references, &[';'])
            .map(|list| {
                list.split(';')
                    .map(str::trim)
                    .filter(|key| !key.is_empty())
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default();
        for (name, column) in NOTES.into_iter().zip(self.notes) {
            if let Some(text) = text(column) {
                site.notes.push(Note { column: name.into(), text: Some(text), facts: Vec::new() });
            }
        }
        site.resources = resource::read(|name| {
            let (_, index) = self.resources.iter().find(|(column, _)| *column == name)?;
            text(Some(*index))
        })?;
        Ok(site)
    }
}

/// A row's cell; an empty one where the table lacks the column.
fn cell(row: &Row, column: Option<usize>) -> &Cell {
    static EMPTY: Cell = Cell::Empty;
    column.and_then(|column| row.cells.get(column)).unwrap_or(&EMPTY)
}

/// An id as text; a whole number that a file stores as 5029.0 is `5029`.
fn identifier(cell: &Cell) -> Option<String> {
    match cell.number() {
        Some(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Some(format!("{number:.0}"))
        }
        _ => terms::text(cell),
    }
}

/// Deposit types, separated by `;` and, on a few records, by `,`.
fn deposit_types(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for part in text.split(';') {
        match part.find(TYPE_WITH_COMMA) {
            Some(start) => {
                let (before, rest) = part.split_at(start);
                let tail = rest.get(TYPE_WITH_COMMA.len()..).unwrap_or_default();
                let (own, after) = tail.split_once(',').unwrap_or((tail, ""));
                terms.extend(before.split(',').filter_map(terms::term));
                terms.extend(terms::term(&format!("{TYPE_WITH_COMMA}{own}")));
                terms.extend(after.split(',').filter_map(terms::term));
            }
            None => terms.extend(part.split(',').filter_map(terms::term)),
        }
    }
    terms::distinct(terms)
}

/// Commodity codes. A code holds neither spaces nor stops, so that any of `, ; .` and a space
/// separates two (`REE. Nb`, `U, Th Nb`); of `Ba or Be` neither is certain.
fn commodities(text: &str) -> Vec<Term> {
    let text = text.replace(" (?)", "(?)");
    let mut codes: Vec<Term> = Vec::new();
    for part in text.split([',', ';', '.']) {
        let either = part.split_whitespace().any(|word| word == "or");
        codes.extend(part.split_whitespace().filter(|word| *word != "or").filter_map(|word| {
            terms::term(word).map(|term| Term { certain: term.certain && !either, ..term })
        }));
    }
    terms::distinct(codes)
}

/// Minerals. `others` names none.
fn minerals(text: &str) -> Vec<Term> {
    let mut minerals = terms::list(text, &[';', ',']);
    minerals.retain(|mineral| !matches!(mineral.name.as_str(), "others" | "other"));
    minerals
}

/// The reference of a row of the reference table; none for an empty row.
pub fn reference(layer: &Layer, row: &Row) -> Result<Option<Reference>> {
    let text = |name| terms::text(cell(row, layer.column(name)));
    match (text("short_ref"), text("full_ref")) {
        (Some(short), Some(full)) => Ok(Some(Reference { short, full })),
        (None, None) => Ok(None),
        (short, _) => {
            let lacking = if short.is_none() { "short_ref" } else { "full_ref" };
            let at = layer.at.clone().row(row.number).column(lacking);
            Err(Error::row(at, "half of the reference is missing"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(terms: Vec<Term>) -> Vec<String> {
        terms.iter().map(Term::to_string).collect()
    }

    #[test]
    fn commodity_separators() {
        assert_eq!(names(commodities("REE. Nb")), ["REE", "Nb"]);
        assert_eq!(names(commodities("U, Th Nb")), ["U", "Th", "Nb"]);
        assert_eq!(names(commodities("Ba or Be")), ["Ba(?)", "Be(?)"]);
        assert_eq!(names(commodities("Al, REE (?)")), ["Al", "REE(?)"]);
        assert_eq!(names(commodities("Sn Ta, ")), ["Sn", "Ta"]);
    }

    #[test]
    fn deposit_type_separators() {
        assert_eq!(
            names(deposit_types("supergene(?), other igneous deposit")),
            ["supergene(?)", "other igneous deposit"]
        );
        assert_eq!(
            names(deposit_types("hydrothermal Fe-oxide deposit ± Cu, Au(?)")),
            ["hydrothermal Fe-oxide deposit ± Cu, Au(?)"]
        );
        assert_eq!(
            names(deposit_types("hydrothermal Fe-oxide deposit ± Cu, Au; tailings")),
            ["hydrothermal Fe-oxide deposit ± Cu, Au", "tailings"]
        );
        assert_eq!(
            names(deposit_types("tailings, hydrothermal Fe-oxide deposit ± Cu, Au, bauxite")),
            ["tailings", "hydrothermal Fe-oxide deposit ± Cu, Au", "bauxite"]
        );
    }

    #[test]
    fn mineral_lists() {
        assert_eq!(
            names(minerals("monazite; mosandrite (lovchorrite), xenotime(?), others")),
            ["monazite", "mosandrite (lovchorrite)", "xenotime(?)"]
        );
    }
}
