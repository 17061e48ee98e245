//! Python's files as a reader and a writer.
//!
//! Each takes the interpreter's lock for one call. The watch keeps an exception and ends the transfer.

use std::io::{self, Read, Write};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::watch::Watch;

/// A Python object with `read(n)`.
pub(crate) struct Source<'a> {
    pub(crate) object: &'a Py<PyAny>,
    pub(crate) watch: &'a Watch,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = Python::attach(|py| {
            let data = self.object.bind(py).call_method1("read", (buffer.len(),))?;
            let data: PyBackedBytes = data.extract().map_err(|_| {
                PyTypeError::new_err(
                    "read() did not return bytes: is the file open in binary mode?",
                )
            })?;
            let place = buffer.get_mut(..data.len()).ok_or_else(|| {
                PyValueError::new_err("read() returned more bytes than it was asked for")
            })?;
            place.copy_from_slice(&data);
            Ok(data.len())
        });
        read.map_err(|error| raised(self.watch, error))
    }
}

/// A Python object with `write(bytes)`.
pub(crate) struct Sink<'a> {
    pub(crate) object: &'a Py<PyAny>,
    pub(crate) watch: &'a Watch,
}

impl Write for Sink<'_> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = Python::attach(|py| {
            let bytes = PyBytes::new(py, data);
            let answer = self.object.bind(py).call_method1("write", (bytes,))?;
            // A raw file may accept less; an object without a number accepted it all.
            let count = answer.extract::<usize>().unwrap_or(data.len());
            Ok(count.min(data.len()))
        });
        written.map_err(|error| raised(self.watch, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn raised(watch: &Watch, error: PyErr) -> io::Error {
    let told = io::Error::other(error.to_string());
    watch.fail(error);
    told
}
