//! Addresses of data connections: PASV (RFC 959), EPSV (RFC 2428), PORT and EPRT.

use alloc::format;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};

/// Parses `227 Entering Passive Mode (h1,h2,h3,h4,p1,p2)`. The parentheses are usual, not law (RFC 1123 §4.1.2.6). The
/// first six numbers in a row count, but not six of more.
pub(super) fn parse_pasv(text: &[u8]) -> Option<SocketAddrV4> {
    text.split(|byte| !byte.is_ascii_digit() && *byte != b',')
        .find_map(parse_six)
}

fn parse_six(text: &[u8]) -> Option<SocketAddrV4> {
    let mut numbers = [0_u8; 6];
    let mut rest = text;
    for (index, number) in numbers.iter_mut().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(b",")?;
        }
        let (value, after) = parse_number(rest)?;
        *number = u8::try_from(value).ok()?;
        rest = after;
    }
    if !rest.is_empty() {
        return None;
    }
    let [a, b, c, d, high, low] = numbers;
    let port = u16::from_be_bytes([high, low]);
    (port != 0).then(|| SocketAddrV4::new(Ipv4Addr::new(a, b, c, d), port))
}

/// Parses `229 Entering Extended Passive Mode (|||port|)`, with any delimiter.
pub(super) fn parse_epsv(text: &[u8]) -> Option<u16> {
    let open = memchr::memchr(b'(', text)?;
    let (delimiters, rest) = text.get(open + 1..)?.split_first_chunk::<3>()?;
    let [first, second, third] = delimiters;
    if first != second || first != third || !first.is_ascii_graphic() || first.is_ascii_digit() {
        return None;
    }
    let (value, rest) = parse_number(rest)?;
    if rest.first() != Some(first) || rest.get(1) != Some(&b')') {
        return None;
    }
    u16::try_from(value).ok().filter(|port| *port != 0)
}

/// Splits the digits at the start from the rest.
fn parse_number(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=5).contains(&digits) {
        return None;
    }
    let (number, rest) = text.split_at(digits);
    let value = number
        .iter()
        .fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    Some((value, rest))
}

/// Emits the parameter of PORT.
pub(super) fn emit_port(address: SocketAddrV4) -> Vec<u8> {
    let [a, b, c, d] = address.ip().octets();
    let [high, low] = address.port().to_be_bytes();
    format!("{a},{b},{c},{d},{high},{low}").into_bytes()
}

/// Emits the parameter of EPRT.
pub(super) fn emit_eprt(address: SocketAddr) -> Vec<u8> {
    let port = address.port();
    match address.ip() {
        IpAddr::V4(ip) => format!("|1|{ip}|{port}|"),
        IpAddr::V6(ip) => format!("|2|{ip}|{port}|"),
    }
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use core::net::Ipv6Addr;
    use proptest::prelude::*;

    #[test]
    fn pasv_as_servers_write_it() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (
                b"Entering Passive Mode (127,0,0,1,4,1).",
                Some("127.0.0.1:1025"),
            ),
            (
                b"Entering Passive Mode (0,0,0,0,255,255)",
                Some("0.0.0.0:65535"),
            ),
            (b"=10,0,0,1,0,21", Some("10.0.0.1:21")),
            (b"Passive mode 2 of 3: 10,0,0,1,0,21", Some("10.0.0.1:21")),
            (b"(255,255,255,255,0,1)", Some("255.255.255.255:1")),
            (b"(127,0,0,1,4)", None),
            (b"(127,0,0,1)", None),
            (b"(127,0,0,1,4,1,1)", None),
            (b"(256,127,0,0,1,4,1)", None),
            (b"(,,,,,)", None),
            (b"(127,0,0,1,,1)", None),
            (b"(127,0,0,1,4,256)", None),
            // Port 70000.
            (b"(127,0,0,1,273,112)", None),
            (b"(127.0.0.1:1025)", None),
            (b"(127,0,0,1,4;1)", None),
            (b"(127,0,0,1,4,\xb1)", None),
            (b"(127,0,0,1,0,0)", None),
            (b"(256,0,0,1,4,1)", None),
            (b"(127,0,0,1,4,-1)", None),
            (b"(127,0,0,1,4,", None),
            (b"127,0,0,1,4,111111111111111111111111111111", None),
            (b"", None),
            (b"ok", None),
        ];
        for (text, expected) in cases {
            let got = parse_pasv(text).map(|address| address.to_string());
            assert_eq!(got.as_deref(), *expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn epsv_as_servers_write_it() {
        let cases: &[(&[u8], Option<u16>)] = &[
            (b"Entering Extended Passive Mode (|||6446|)", Some(6446)),
            (b"ok (!!!1!).", Some(1)),
            (b"(|||65535|)", Some(65535)),
            (b"(|||65536|)", None),
            (b"(|||70000|)", None),
            (b"(|||-1|)", None),
            (b"(||| 1|)", None),
            (b"(|||1!)", None),
            (b"(11111)", None),
            (b"(   1 )", None),
            (b"(|1|127.0.0.1|6446|)", None),
            (b"(127,0,0,1,4,1)", None),
            (b"|||6446|", None),
            (b"(|||0|)", None),
            (b"(||||)", None),
            (b"(||!1|)", None),
            (b"(|||1|", None),
            (b"(|||111111111111111111111111111111|)", None),
            (b"(", None),
            (b"", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_epsv(text), *expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn extended_port_names_the_family() {
        let four = SocketAddr::from((Ipv4Addr::LOCALHOST, 5282));
        let six = SocketAddr::from((Ipv6Addr::LOCALHOST, 5282));
        assert_eq!(emit_eprt(four), b"|1|127.0.0.1|5282|");
        assert_eq!(emit_eprt(six), b"|2|::1|5282|");
    }

    proptest! {
        #[test]
        fn port_and_pasv_write_addresses_alike(ip in any::<[u8; 4]>(), port in 1_u16..) {
            let address = SocketAddrV4::new(ip.into(), port);
            prop_assert_eq!(parse_pasv(&emit_port(address)), Some(address));
        }

        #[test]
        fn any_bytes_are_taken(text in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (parse_pasv(&text), parse_epsv(&text));
        }
    }
}
