//! The `.gdbtablx`: where in the `.gdbtable` each row lies.
//!
//! Rows are listed by their number, 1024 to a block; an offset of zero says that there is no such
//! row, or no more. Blocks without any row may be left out, and a bitmap behind the blocks then
//! says which are there.

use super::super::content::Content;
use super::scan::Damage;
use super::window::Window;
use super::{Scan, damaged};
use crate::error::{At, Result};

/// Rows in a block.
const BLOCK: u64 = 1024;

/// Bytes before the first block.
const HEADER: u64 = 16;

/// In the 64-bit form, the bitmap is one of this size, framed by bytes of which only their number
/// is known.
const BITMAP: usize = 32_768;
const BEFORE: usize = 22;
const AFTER: usize = 52;

/// An index, opened.
#[derive(Debug, Clone)]
pub(super) struct Index {
    content: Content,
    at: At,
    /// Bytes in an offset.
    width: usize,
    /// Blocks in the file.
    present: u64,
    /// A bit for each block that could be, set for those that are; none where all are.
    bitmap: Option<Vec<u8>>,
    /// The highest number of a row.
    last: u64,
    /// Whether rows have the numbers that they are given.
    pub is_numbered: bool,
    /// How many rows have an offset.
    pub count: u64,
}

impl Index {
    /// Reads what stands around the offsets, and counts them.
    pub fn open(content: &Content, at: &At, version: u32) -> Result<Self> {
        let mut window = Window::new(content)?;
        let wrong = |at_byte, reason| damaged(at, content, Damage { at: at_byte, reason });
        let Some(bytes) = window.get(0, HEADER as usize)? else {
            return Err(wrong(0, "its header is cut off"));
        };
        let broken = |damage| damaged(at, content, damage);
        let mut scan = Scan::new(bytes, 0);
        if scan.u32().map_err(broken)? != version {
            return Err(wrong(0, "its version is not that of the table"));
        }
        let (present, last) = match version {
            3 => (scan.u32().map_err(broken)?.into(), scan.u32().map_err(broken)?.into()),
            _ => (scan.u64().map_err(broken)?, u64::MAX),
        };
        let width = scan.u32().map_err(broken)?;
        if !(4..=6).contains(&width) {
            return Err(wrong(12, "its offsets are of a width that is not known"));
        }
        let mut index = Index {
            content: content.clone(),
            at: at.clone(),
            width: width as usize,
            present,
            bitmap: None,
            last,
            is_numbered: true,
            count: 0,
        };
        if present == 0 {
            return Ok(index);
        }
        let end = present.saturating_mul(BLOCK * u64::from(width)).saturating_add(HEADER);
        match version {
            3 => index.read_bitmap(&mut window, end)?,
            _ => index.read_framed_bitmap(&mut window, end)?,
        }
        let set = |bitmap: &Vec<u8>| -> u64 {
            bitmap.iter().map(|byte| u64::from(byte.count_ones())).sum()
        };
        if index.bitmap.as_ref().is_some_and(|bitmap| present != set(bitmap)) {
            return Err(wrong(end, "its bitmap does not fit its blocks"));
        }
        let mut offsets = index.offsets()?;
        while offsets.next().transpose()?.is_some() {
            index.count += 1;
        }
        Ok(index)
    }

    fn read_bitmap(&mut self, window: &mut Window, end: u64) -> Result<()> {
        let wrong = |reason| damaged(&self.at, &self.content, Damage { at: end, reason });
        let Some(bytes) = window.get(end, 16)? else { return Err(wrong("it is cut off")) };
        let mut scan = Scan::new(bytes, end);
        let broken = |damage| damaged(&self.at, &self.content, damage);
        let (words, bits) = (scan.u32().map_err(broken)?, scan.u32().map_err(broken)?);
        if words == 0 {
            return Ok(());
        }
        let bytes = window.get(end + 16, bits.div_ceil(8) as usize)?;
        let mut bitmap = bytes.ok_or_else(|| wrong("its bitmap is cut off"))?.to_vec();
        if let Some(byte) = bitmap.last_mut().filter(|_| bits % 8 > 0) {
            *byte &= (1 << (bits % 8)) - 1;
        }
        self.bitmap = Some(bitmap);
        Ok(())
    }

    fn read_framed_bitmap(&mut self, window: &mut Window, end: u64) -> Result<()> {
        let wrong = |reason| damaged(&self.at, &self.content, Damage { at: end, reason });
        let Some(bytes) = window.get(end, 12)? else { return Err(wrong("it is cut off")) };
        let mut scan = Scan::new(bytes, end);
        let broken = |damage| damaged(&self.at, &self.content, damage);
        self.last = scan.u64().map_err(broken)?;
        let size = scan.u32().map_err(broken)? as usize;
        if size == 0 {
            return Ok(());
        }
        let frame = match size == BEFORE + BITMAP + AFTER {
            true => window.get(end + 12, size)?.unwrap_or_default(),
            false => &[],
        };
        let is_known = frame.starts_with(&[1, 0, 1, 0, 0, 0])
            && frame
                .get(BEFORE + BITMAP..)
                .is_some_and(|after| after.starts_with(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        match frame.get(BEFORE..BEFORE + BITMAP) {
            Some(bitmap) if is_known => self.bitmap = Some(bitmap.to_vec()),
            _ => {
                self.is_numbered = false;
                self.last = u64::MAX;
            }
        }
        Ok(())
    }

    /// The rows' numbers and offsets, by number.
    pub fn offsets(&self) -> Result<Offsets> {
        Ok(Offsets {
            window: Window::new(&self.content)?,
            index: self.clone(),
            slot: 0,
            block: 0,
            bytes: Vec::new(),
            entry: 0,
        })
    }
}

/// Offsets as a stream.
pub(super) struct Offsets {
    index: Index,
    window: Window,
    /// The place in the file of the next block.
    slot: u64,
    /// The number of the next block.
    block: u64,
    /// The offsets of the block before.
    bytes: Vec<u8>,
    /// The next of them.
    entry: usize,
}

impl Iterator for Offsets {
    type Item = Result<(u64, u64)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let width = self.index.width;
            while let Some(bytes) = self.bytes.get(self.entry * width..(self.entry + 1) * width) {
                self.entry += 1;
                let number = (self.block - 1) * BLOCK + self.entry as u64;
                if number > self.index.last {
                    return None;
                }
                let offset = bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
                if offset != 0 {
                    return Some(Ok((number, offset)));
                }
            }
            match self.load() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    self.slot = self.index.present;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Offsets {
    /// Goes on to the next block; false where there is none.
    fn load(&mut self) -> Result<bool> {
        self.bytes.clear();
        self.entry = 0;
        if self.slot >= self.index.present {
            return Ok(false);
        }
        if let Some(bitmap) = &self.index.bitmap {
            let is_set = |block: u64| {
                let byte = bitmap.get((block / 8) as usize)?;
                Some(byte & (1 << (block % 8)) != 0)
            };
            while is_set(self.block) == Some(false) {
                self.block += 1;
            }
            if is_set(self.block).is_none() {
                return Ok(false);
            }
        }
        let size = BLOCK * self.index.width as u64;
        let start = HEADER + self.slot * size;
        let Some(bytes) = self.window.get(start, size as usize)? else {
            let damage = Damage { at: start, reason: "it is cut off within its offsets" };
            return Err(damaged(&self.index.at, &self.index.content, damage));
        };
        self.bytes.extend_from_slice(bytes);
        self.slot += 1;
        self.block += 1;
        Ok(true)
    }
}
