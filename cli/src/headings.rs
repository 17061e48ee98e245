//! The headings that group the shared options in the help.

/// Groups the options of the line to the module.
pub(crate) const PORT: &str = "Port";
/// Groups the options that concern the module.
pub(crate) const MODULE: &str = "Module";
/// Groups the options that concern the server.
pub(crate) const SERVER: &str = "Server";
/// Groups the options of TLS.
pub(crate) const TLS: &str = "TLS, with ftps:// and ftpes:// URLs";
/// Groups the options that concern the output.
pub(crate) const OUTPUT: &str = "Output";
