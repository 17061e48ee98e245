//! Ports reserved for a server as long as it runs.
//!
//! Most servers can only be told a port, and a range for passive mode; a port that was free a moment ago may be taken
//! when they bind it. So each server gets a block below the ports that systems give out by themselves, and all test
//! programs agree on whose it is: a UDP socket on the block's first number, which the system frees with the process.

use std::io;
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};

/// Begins the blocks of ports; Linux's own choices begin at 32768.
const FIRST: u16 = 12_000;
const BLOCK: u16 = 40;
const BLOCKS: u16 = 500;

/// A block of ports.
#[derive(Debug)]
pub(crate) struct Ports {
    first: u16,
    _claim: UdpSocket,
}

impl Ports {
    pub(crate) fn claim(at: IpAddr) -> io::Result<Self> {
        // Each begins somewhere else, so that ports rest between two uses.
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let process = std::process::id() % u32::from(BLOCKS);
        for _ in 0..BLOCKS {
            let turn = NEXT.fetch_add(1, Ordering::Relaxed);
            let block = (process * 7 + turn) % u32::from(BLOCKS);
            let first = u16::try_from(block).map_or(FIRST, |block| FIRST + block * BLOCK);
            let Ok(claim) = UdpSocket::bind(("127.0.0.1", first)) else {
                continue;
            };
            let mut block = first..=first + BLOCK - 1;
            if block.all(|port| TcpListener::bind((at, port)).is_ok()) {
                return Ok(Ports {
                    first,
                    _claim: claim,
                });
            }
        }
        Err(io::Error::other("no free ports"))
    }

    pub(crate) fn control(&self) -> u16 {
        self.first
    }

    pub(crate) fn passive(&self) -> RangeInclusive<u16> {
        self.first + 1..=self.first + BLOCK - 1
    }
}
