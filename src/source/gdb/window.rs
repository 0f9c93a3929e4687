//! A file seen through a window that moves along as rows are asked for.

use std::io::{Read, Seek, SeekFrom};

use super::super::content::{Content, ReadSeek};
use crate::error::Result;

/// How much is read at once where rows follow each other.
const AHEAD: usize = 1 << 18;

/// How much is read at once where they are strewn.
const AROUND: usize = 1 << 12;

/// The window. It never holds more than the file does.
pub(super) struct Window {
    content: Content,
    reader: Box<dyn ReadSeek>,
    /// The file's size in bytes.
    pub size: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// A window on a file's start.
    pub fn new(content: &Content) -> Result<Self> {
        Ok(Window {
            reader: content.open()?,
            size: content.size()?,
            content: content.clone(),
            start: 0,
            bytes: Vec::new(),
        })
    }

    /// So many bytes from a place on; none where the file ends before.
    pub fn get(&mut self, at: u64, count: usize) -> Result<Option<&[u8]>> {
        let Some(end) = at.checked_add(count as u64).filter(|end| *end <= self.size) else {
            return Ok(None);
        };
        if at < self.start || end > self.start + self.bytes.len() as u64 {
            self.move_to(at, count)?;
        }
        let from = at.saturating_sub(self.start) as usize;
        // A file that shrinks while it is read ends before, too.
        Ok(self.bytes.get(from..from + count))
    }

    fn move_to(&mut self, at: u64, count: usize) -> Result<()> {
        let end = self.start + self.bytes.len() as u64;
        let follows = (self.start..=end + AROUND as u64).contains(&at);
        let room = count.max(if follows { AHEAD } else { AROUND });
        let failed = |cause| self.content.failed(cause);
        self.bytes.clear();
        self.start = at;
        self.reader.seek(SeekFrom::Start(at)).map_err(failed)?;
        (&mut self.reader).take(room as u64).read_to_end(&mut self.bytes).map_err(failed)?;
        Ok(())
    }
}
