//! Rate limits by client address, apart for each kind of request. One instance counts for itself.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

use super::problem::{INTERNAL, Problem, ProblemKind};
use crate::platform::config::LimitSettings;
use crate::text_enum;

/// Too many requests of one kind from one address.
pub const RATE_LIMITED: ProblemKind = ProblemKind::new(429, "rate_limited");

/// After so many requests, addresses that have long been silent are forgotten.
const FORGET_EVERY: u32 = 10_000;

text_enum! {
    /// What is counted apart.
    pub enum Limited {
        /// Submitting a ticket.
        Submit = "submit",
        /// Exchanging a reference and an access code for a token.
        Lookup = "lookup",
        /// Searching.
        Search = "search",
        /// Signing in from a device that is not known.
        Login = "login",
        /// Exchanging a refresh token.
        Refresh = "refresh",
        /// Setting a password with a one-time code.
        Activate = "activate",
        /// A citizen's command on their own ticket.
        CitizenCommand = "citizen_command",
        /// Asking for a new access code by mail.
        Reissue = "reissue",
    }
}

/// A request that is within its limit. As a handler's first argument it is made before anything else is looked at, so that
/// who asks too often is refused before a body is read, and a request counts whatever is wrong with it.
#[derive(Debug)]
pub struct RateLimited<K>(PhantomData<K>);

/// What a handler counts its requests as.
pub trait CountedAs: 'static {
    /// The kind of request.
    const LIMITED: Limited;
}

/// Declares what handlers count their requests as.
macro_rules! counted {
    ($($(#[$doc:meta])+ $name:ident = $limited:ident;)+) => {$(
        $(#[$doc])+
        #[derive(Debug)]
        pub struct $name;

        impl CountedAs for $name {
            const LIMITED: Limited = Limited::$limited;
        }
    )+};
}

counted! {
    /// Submitting a ticket.
    Submissions = Submit;
    /// Exchanging a reference and an access code for a token.
    Lookups = Lookup;
    /// Searching.
    Searches = Search;
    /// Signing in from a device that is not known.
    Logins = Login;
    /// Exchanging a refresh token.
    Refreshes = Refresh;
    /// Setting a password with a one-time code.
    Activations = Activate;
    /// A citizen's command on their own ticket.
    CitizenCommands = CitizenCommand;
    /// Asking for a new access code by mail.
    Reissues = Reissue;
}

impl<K: CountedAs> FromRequest for RateLimited<K> {
    type Error = Problem;
    type Future = Ready<Result<RateLimited<K>, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let limits = request.app_data::<web::Data<RateLimits>>();
        let checked = match limits {
            Some(limits) => limits.check(request, K::LIMITED),
            None => Err(Problem::new(INTERNAL).because("the rate limits are missing")),
        };
        ready(checked.map(|()| RateLimited(PhantomData)))
    }
}

type Limiter = DefaultKeyedRateLimiter<IpAddr, StateInformationMiddleware>;

/// The limiters. One for a process, as `web::Data<RateLimits>`.
pub struct RateLimits {
    limiters: BTreeMap<Limited, Limiter>,
    trusted_proxies: Vec<IpNet>,
    counted: AtomicU32,
}

/// What the edge tells the caller in `RateLimit` and `RateLimit-Policy`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) limited: Limited,
    pub(super) per_minute: u32,
    pub(super) remaining: u32,
    pub(super) reset_seconds: u64,
}

impl RateLimits {
    /// Prepares the limiters; a limit of 0 is none.
    pub fn new(settings: &LimitSettings, trusted_proxies: Vec<IpNet>) -> RateLimits {
        let limiters = Limited::ALL.iter().filter_map(|limited| {
            let limiter = limiter(per_minute(settings, *limited))?;
            Some((*limited, limiter))
        });
        RateLimits { limiters: limiters.collect(), trusted_proxies, counted: AtomicU32::new(0) }
    }

    /// Counts this request as a handler does that has looked into it first, or refuses it with 429 and `Retry-After`.
    pub fn count<K: CountedAs>(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.check(request, K::LIMITED)
    }

    /// Counts this request, or refuses it with 429 and `Retry-After`.
    fn check(&self, request: &HttpRequest, limited: Limited) -> Result<(), Problem> {
        let Some(limiter) = self.limiters.get(&limited) else { return Ok(()) };
        let Some(address) = self.client_address(request) else { return Ok(()) };
        self.forget_the_silent(limiter);
        match limiter.check_key(&network(address)) {
            Ok(state) => {
                let per_minute = state.quota().burst_size().get();
                let remaining = state.remaining_burst_capacity();
                let reset_seconds = u64::from(60 * (per_minute - remaining.min(per_minute)) / per_minute);
                let standing = Standing { limited, per_minute, remaining, reset_seconds };
                request.extensions_mut().insert(standing);
                Ok(())
            }
            Err(refused) => {
                let seconds = refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
                let per_minute = refused.quota().burst_size().get();
                let standing = Standing { limited, per_minute, remaining: 0, reset_seconds: seconds };
                request.extensions_mut().insert(standing);
                Err(Problem::new(RATE_LIMITED).retry_after(seconds))
            }
        }
    }

    /// Who sent this request: the peer, or, behind trusted proxies, the right-most address of `X-Forwarded-For` that is
    /// not one of them.
    pub fn client_address(&self, request: &HttpRequest) -> Option<IpAddr> {
        let mut address = request.peer_addr()?.ip().to_canonical();
        for hop in forwarded(request).into_iter().rev() {
            if !self.trusted_proxies.iter().any(|network| network.contains(&address)) {
                break;
            }
            address = hop;
        }
        Some(address)
    }

    /// The network that sent this request: its address, or the /64 of an IPv6 address.
    pub fn client_network(&self, request: &HttpRequest) -> Option<IpAddr> {
        self.client_address(request).map(network)
    }

    fn forget_the_silent(&self, limiter: &Limiter) {
        if self.counted.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

const fn per_minute(settings: &LimitSettings, limited: Limited) -> u32 {
    match limited {
        Limited::Submit => settings.submissions_per_minute,
        Limited::Lookup => settings.lookups_per_minute,
        Limited::Search => settings.searches_per_minute,
        Limited::Login => settings.logins_per_minute,
        Limited::Refresh => settings.refreshes_per_minute,
        Limited::Activate => settings.activations_per_minute,
        Limited::CitizenCommand => settings.citizen_commands_per_minute,
        Limited::Reissue => settings.reissues_per_minute,
    }
}

fn limiter(per_minute: u32) -> Option<Limiter> {
    let quota = Quota::per_minute(NonZeroU32::new(per_minute)?);
    Some(RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>())
}

/// The addresses of all `X-Forwarded-For` headers, left to right, from the last one that is not an address.
fn forwarded(request: &HttpRequest) -> Vec<IpAddr> {
    let mut hops = Vec::new();
    for header in request.headers().get_all("x-forwarded-for") {
        for hop in header.to_str().unwrap_or_default().split(',') {
            match hop.trim().parse::<IpAddr>() {
                Ok(address) => hops.push(address.to_canonical()),
                Err(_) => hops.clear(),
            }
        }
    }
    hops
}

/// An IPv6 customer has a whole /64, so its addresses count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn limits(submissions_per_minute: u32) -> RateLimits {
        let settings = LimitSettings {
            submissions_per_minute,
            lookups_per_minute: 1,
            searches_per_minute: 0,
            logins_per_minute: 1,
            refreshes_per_minute: 1,
            activations_per_minute: 1,
            citizen_commands_per_minute: 1,
            reissues_per_minute: 1,
        };
        RateLimits::new(&settings, vec!["10.0.0.0/8".parse().unwrap()])
    }

    fn request(peer: &str, forwarded: &[&str]) -> HttpRequest {
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for value in forwarded {
            request = request.append_header(("x-forwarded-for", *value));
        }
        request.to_http_request()
    }

    #[test]
    fn one_address_is_limited_and_another_is_not() {
        let limits = limits(2);
        let one = request("192.0.2.1:1000", &[]);
        assert!(limits.check(&one, Limited::Submit).is_ok());
        assert!(limits.check(&one, Limited::Submit).is_ok());
        let problem = limits.check(&one, Limited::Submit).unwrap_err();
        assert_eq!(problem.kind, RATE_LIMITED);
        assert!(problem.retry_after_seconds.is_some_and(|seconds| (1..=31).contains(&seconds)));
        assert!(limits.check(&one, Limited::Lookup).is_ok());
        assert!(limits.check(&request("192.0.2.2:1000", &[]), Limited::Submit).is_ok());
    }

    #[test]
    fn a_limit_of_nought_is_none() {
        let limits = limits(1);
        for _ in 0..1000 {
            assert!(limits.check(&request("192.0.2.1:1000", &[]), Limited::Search).is_ok());
        }
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let limits = limits(1);
        assert!(limits.check(&request("[2001:db8::1]:1", &[]), Limited::Submit).is_ok());
        assert!(limits.check(&request("[2001:db8::2]:1", &[]), Limited::Submit).is_err());
        assert!(limits.check(&request("[2001:db8:0:1::2]:1", &[]), Limited::Submit).is_ok());
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let limits = limits(1);
        let address =
            |peer, forwarded: &[&str]| limits.client_address(&request(peer, forwarded)).unwrap().to_string();
        assert_eq!(address("192.0.2.9:1", &["198.51.100.1"]), "192.0.2.9");
        assert_eq!(address("10.0.0.1:1", &["203.0.113.7, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1:1", &["203.0.113.7", "198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1:1", &["198.51.100.1, nonsense"]), "10.0.0.1");
        assert_eq!(address("[::ffff:10.0.0.1]:1", &["198.51.100.1"]), "198.51.100.1");
    }
}
