//! What is written of sites, and how.

use std::io::{self, Write};
use std::path::Path;

#[cfg(feature = "geopackage")]
use super::geopackage;
#[cfg(feature = "geoparquet")]
use super::geoparquet;
use super::projected::{Projected, place};
use super::{Block, Columns, Format, Metadata, csv, flatgeobuf, geojson};
use crate::crs::System;
use crate::error::{Error, Result};
use crate::site::{Needs, Site};

/// What is written.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The format.
    pub format: Format,
    /// The columns.
    pub columns: &'a Columns,
    /// In which order.
    pub order: Order,
}

/// The order of sites in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// That of the input; of FlatGeobuf, that of its index.
    #[default]
    Input,
    /// Along a Hilbert curve, so that neighbours on the map are neighbours in the file.
    Hilbert,
}

/// Where a writer writes.
pub struct To<'o> {
    /// A stream that only goes forward.
    pub out: &'o mut dyn Write,
    /// The folder for scratch files, which has room for as much as the stream takes; that of the
    /// system where it isn't known.
    pub scratch: Option<&'o Path>,
}

/// Writes sites block by block.
pub trait SiteWriter {
    /// Takes the next sites.
    ///
    /// # Errors
    /// What the system refuses, or a value that its column can't hold.
    fn take(&mut self, block: Block) -> io::Result<()>;

    /// Ends the file, which tells of itself by `metadata`.
    ///
    /// # Errors
    /// What the system refuses.
    fn finish(self: Box<Self>, metadata: &Metadata) -> io::Result<()>;
}

impl<'a> Plan<'a> {
    /// Makes sure that it can be carried out.
    ///
    /// # Errors
    /// A format that this build can't write, that can't tell its coordinate system, or that can't
    /// be ordered.
    pub fn check(&self, system: Option<&System>) -> Result<()> {
        self.format.available()?;
        let title = self.format.title();
        if self.order == Order::Hilbert && self.format != Format::GeoParquet {
            let reason = match self.format {
                Format::FlatGeobuf => "FlatGeobuf always is in the order of a Hilbert curve".into(),
                _ => format!("{title} is always in the order of the input"),
            };
            return Err(Error::usage(reason)
                .within("--order")
                .with_hint("leave it out, or write GeoParquet"));
        }
        let Some(system) = system else { return Ok(()) };
        let refused =
            |reason: String, hint: &str| Err(Error::usage(reason).within("--crs").with_hint(hint));
        match self.format {
            Format::GeoJsonSeq | Format::GeoJsonLines => refused(
                format!("{title} can't say that its coordinates are in {}", system.title),
                "leave it out, or write another format",
            ),
            Format::FlatGeobuf | Format::GeoPackage if system.code.is_none() => refused(
                format!("{title} names a system by its code, and {} has none", system.title),
                "give the EPSG code of a system, or write GeoJSON",
            ),
            // GDAL and QGIS know the codes of EPSG alone without a definition beside them.
            Format::GeoPackage if system.code.is_some_and(|code| code > 32_767) => refused(
                format!("GeoPackage is written in systems of EPSG, and {} is none", system.title),
                "give an EPSG code, or write another format",
            ),
            Format::GeoParquet if system.projjson().is_none() => refused(
                format!("GeoParquet needs the definition of {} as PROJJSON", system.title),
                "which a build with --features proj knows; or write another format",
            ),
            _ => Ok(()),
        }
    }

    /// Adds what it shows of sites.
    pub fn needs(&self, needs: &mut Needs) {
        self.columns.fields().iter().for_each(|field| needs.column(&field.column));
        // The id of a feature.
        needs.record |= self.format.is_json();
    }

    /// Adds a site to a block; `system` is the coordinate system in place of WGS 84.
    pub fn add(&self, site: &Site, system: Option<&Projected>, block: &mut Block) {
        block.tally.add(site);
        if system.is_some() && site.point.is_some() && place(site, system).is_none() {
            block.tally.lose();
        }
        let (columns, bytes) = (self.columns, &mut block.bytes);
        match self.format {
            Format::GeoJson => {
                if !bytes.is_empty() {
                    bytes.extend_from_slice(b",\n");
                }
                geojson::feature(site, columns, system, bytes);
            }
            Format::GeoJsonSeq => {
                bytes.push(0x1E);
                geojson::feature(site, columns, system, bytes);
                bytes.push(b'\n');
            }
            Format::GeoJsonLines => {
                geojson::feature(site, columns, system, bytes);
                bytes.push(b'\n');
            }
            Format::Csv => csv::line(site, columns, system, bytes),
            Format::FlatGeobuf => flatgeobuf::add(columns, site, place(site, system), block),
            Format::GeoPackage | Format::GeoParquet => {
                let lists = self.format.has_lists();
                block.add_cells(columns, lists, site, place(site, system));
            }
        }
    }

    /// A writer of it; `system` is the coordinate system in place of WGS 84.
    ///
    /// # Errors
    /// What the system refuses, and a plan that [`Plan::check`] refuses.
    pub fn writer<'o>(
        &self,
        system: Option<&'o System>,
        to: To<'o>,
    ) -> io::Result<Box<dyn SiteWriter + 'o>>
    where
        'a: 'o,
    {
        Ok(match self.format {
            Format::GeoJson => Box::new(geojson::Collection::new(system, to.out)),
            Format::GeoJsonSeq | Format::GeoJsonLines => Box::new(Lines(to.out)),
            Format::Csv => {
                to.out.write_all(&csv::head(self.columns, system.is_some()))?;
                Box::new(Lines(to.out))
            }
            #[cfg(feature = "geoparquet")]
            Format::GeoParquet => {
                Box::new(geoparquet::Writer::new(self.columns, self.order, system, to.out)?)
            }
            Format::FlatGeobuf => Box::new(flatgeobuf::Writer::new(self.columns, system, to)?),
            #[cfg(feature = "geopackage")]
            Format::GeoPackage => Box::new(geopackage::Writer::new(self.columns, system, to)?),
            #[cfg(not(all(feature = "geoparquet", feature = "geopackage")))]
            _ => return Err(io::Error::other("this build can't write the format")),
        })
    }
}

/// A format that is nothing but its blocks.
struct Lines<'o>(&'o mut dyn Write);

impl SiteWriter for Lines<'_> {
    fn take(&mut self, block: Block) -> io::Result<()> {
        self.0.write_all(&block.bytes)
    }

    fn finish(self: Box<Self>, _: &Metadata) -> io::Result<()> {
        Ok(())
    }
}
