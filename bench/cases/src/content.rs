//! The contents of files, by what they do to the search for the end of a payload.

/// The content of a file, by what it does to the search for the end of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes of a generator: each value is as likely as another.
    Random,
    /// Zeros.
    Zeros,
    /// Whole trailers of the LTE modules, whose length is wrong.
    FalseTrailers,
    /// Starts of such trailers, up to the number.
    PartialTrailers,
    /// Whole trailers of the GSM modules, whose length is wrong.
    GsmFalseTrailers,
    /// The byte that ends a stuffed payload, 0x03.
    Etx,
}

impl Content {
    /// Lists all of them.
    pub const ALL: [Content; 6] = [
        Content::Random,
        Content::Zeros,
        Content::FalseTrailers,
        Content::PartialTrailers,
        Content::GsmFalseTrailers,
        Content::Etx,
    ];

    /// Returns the name that tables show.
    pub fn name(self) -> &'static str {
        match self {
            Content::Random => "random",
            Content::Zeros => "zeros",
            Content::FalseTrailers => "false trailers",
            Content::PartialTrailers => "partial trailers",
            Content::GsmFalseTrailers => "false gsm trailers",
            Content::Etx => "all 0x03",
        }
    }

    /// Returns so many bytes of it.
    pub fn bytes(self, length: usize) -> Vec<u8> {
        let piece: &[u8] = match self {
            Content::Random => return random(length),
            Content::Zeros => &[0],
            Content::FalseTrailers => b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n",
            Content::PartialTrailers => b"\r\nOK\r\n\r\n+QFTPGET:",
            Content::GsmFalseTrailers => b"\r\n+QFTPGET:5\r\n",
            Content::Etx => &[3],
        };
        piece.iter().copied().cycle().take(length).collect()
    }
}

/// Returns bytes of Marsaglia's xorshift generator (2003), always the same ones.
fn random(length: usize) -> Vec<u8> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
