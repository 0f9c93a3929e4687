//! The bytes of one file, wherever they lie: on disk, in memory, or unpacked from an archive.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Checked, Input};
use crate::error::{At, Error, Result};

/// A byte stream that can go back.
pub(super) trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

/// One file's bytes, to be read as often as needed.
#[derive(Debug, Clone)]
pub(super) struct Content {
    /// The file as the user named it; a member of a zip as `archive.zip/member.shp`.
    pub path: PathBuf,
    bytes: Bytes,
}

#[derive(Debug, Clone)]
enum Bytes {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
    Embedded(&'static str),
    Spooled(Arc<File>),
}

impl Content {
    /// A file on disk.
    pub fn disk(path: &Path) -> Self {
        Content { path: path.to_path_buf(), bytes: Bytes::Disk(path.to_path_buf()) }
    }

    /// Bytes in memory, under a name for people.
    pub fn memory(path: PathBuf, bytes: Vec<u8>) -> Self {
        Content { path, bytes: Bytes::Memory(bytes.into()) }
    }

    /// Text that ships with the program.
    pub fn embedded(path: PathBuf, text: &'static str) -> Self {
        Content { path, bytes: Bytes::Embedded(text) }
    }

    /// A temporary file without a name of its own, gone with the last reader, under a name for
    /// people.
    pub fn spooled(path: PathBuf, file: File) -> Self {
        Content { path, bytes: Bytes::Spooled(Arc::new(file)) }
    }

    /// A reader at the first byte.
    pub fn open(&self) -> Result<Box<dyn ReadSeek>> {
        match &self.bytes {
            Bytes::Disk(path) => {
                let file = File::open(path).map_err(|cause| self.failed(cause))?;
                Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
            }
            Bytes::Memory(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
            Bytes::Embedded(text) => Ok(Box::new(Cursor::new(*text))),
            Bytes::Spooled(file) => {
                let reader = Shared { file: Arc::clone(file), at: 0 };
                Ok(Box::new(BufReader::with_capacity(1 << 16, reader)))
            }
        }
    }

    /// The first bytes, at most `count`.
    pub fn head(&self, count: u64) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open()?.take(count).read_to_end(&mut head).map_err(|cause| self.failed(cause))?;
        Ok(head)
    }

    /// All bytes of a file that is small by nature, at most `limit` of them.
    pub fn small(&self, limit: u64) -> Result<Vec<u8>> {
        let bytes = self.head(limit + 1)?;
        if bytes.len() as u64 > limit {
            return Err(Error::input(self.at(), format!("is larger than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// The size in bytes.
    pub fn size(&self) -> Result<u64> {
        let size = |metadata: io::Result<Metadata>| match metadata {
            Ok(metadata) => Ok(metadata.len()),
            Err(cause) => Err(self.failed(cause)),
        };
        match &self.bytes {
            Bytes::Disk(path) => size(std::fs::metadata(path)),
            Bytes::Memory(bytes) => Ok(bytes.len() as u64),
            Bytes::Embedded(text) => Ok(text.len() as u64),
            Bytes::Spooled(file) => size(file.metadata()),
        }
    }

    /// The place that errors name.
    pub fn at(&self) -> At {
        At::file(&self.path)
    }

    /// What the operating system refused.
    pub fn failed(&self, cause: io::Error) -> Error {
        Error::io(&self.path, cause)
    }

    /// The extension in lower case, or nothing.
    pub fn extension(&self) -> String {
        self.path.extension().map_or_else(String::new, |text| text.to_string_lossy().to_lowercase())
    }

    /// The file's name without its extension.
    pub fn stem(&self) -> String {
        self.path.file_stem().map_or_else(String::new, |text| text.to_string_lossy().into_owned())
    }

    /// Whether the other is named alike but for the extension, letter case aside.
    pub fn is_sibling(&self, other: &Content) -> bool {
        self.path.parent() == other.path.parent()
            && self.stem().to_lowercase() == other.stem().to_lowercase()
    }

    /// The file as an input.
    pub fn input(&self) -> Input {
        Input { path: self.path.clone(), files: vec![self.clone()] }
    }
}

/// A reader of a file that others read too, each at its own place.
struct Shared {
    file: Arc<File>,
    at: u64,
}

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let count = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        #[cfg(windows)]
        let count = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// The checksum of the bytes of files, one after the other.
pub(super) fn checked(path: &Path, files: &[Content]) -> Result<Checked> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    for file in files {
        let mut reader = file.open()?;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    hasher.update(buffer.get(..count).unwrap_or_default());
                    bytes += count as u64;
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(file.failed(cause)),
            }
        }
    }
    let sha256 = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Checked { path: path.to_path_buf(), sha256, bytes })
}
