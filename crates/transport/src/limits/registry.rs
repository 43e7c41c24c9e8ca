//! One limiter for all clients with the same credential on the same server in this process, for the
//! whole API and for each of its budgets.
//!
//! Two versions of an API on one server share a limiter: the vendor counts the requests of a
//! customer, and a customer who migrates uses both for a while.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use super::limiter::Limiter;
use crate::{Credential, RateLimitWindow};

/// The limiters in use. A limiter lives as long as a client uses it.
#[derive(Default)]
struct Registry {
    /// Random per process, so that a hash reveals nothing about the credential.
    salts: [RandomState; 2],
    limiters: HashMap<Key, Weak<Limiter>>,
}

/// Identifies a limiter without storing the credential.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    server: String,
    credential: [u64; 2],
    budget: Option<&'static str>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// Returns the limiter of a credential on a server, in general or for one budget, and adds these
/// windows to it.
pub(super) fn join(
    server: &str,
    credential: &Credential,
    budget: Option<&'static str>,
    windows: &[RateLimitWindow],
) -> Arc<Limiter> {
    let mut registry = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    let salts = registry.salts.each_ref();
    let key = Key {
        server: server.to_owned(),
        credential: salts.map(|salt| salt.hash_one(credential.expose())),
        budget,
    };
    registry
        .limiters
        .retain(|_, limiter| limiter.strong_count() > 0);
    let limiter = registry.limiters.get(&key).and_then(Weak::upgrade);
    let limiter = limiter.unwrap_or_else(|| {
        let limiter = Arc::new(Limiter::default());
        registry.limiters.insert(key, Arc::downgrade(&limiter));
        limiter
    });
    drop(registry);
    limiter.keep_to(windows);
    limiter
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(server: &str, credential: &str) -> Arc<Limiter> {
        join(server, &Credential::new(credential).unwrap(), None, &[])
    }

    #[test]
    fn the_same_credential_at_the_same_server_is_one_limiter() {
        let one = limiter("https://registry.example", "key-1");
        assert!(Arc::ptr_eq(
            &one,
            &limiter("https://registry.example", "key-1")
        ));
        assert!(!Arc::ptr_eq(
            &one,
            &limiter("https://registry.example", "key-2")
        ));
        assert!(!Arc::ptr_eq(
            &one,
            &limiter("https://other.example", "key-1")
        ));
    }

    #[test]
    fn a_budget_has_a_limiter_of_its_own() {
        let credential = Credential::new("key-1").unwrap();
        let limiter = |budget| join("https://budget.example", &credential, budget, &[]);
        let (whole, heavy) = (limiter(None), limiter(Some("heavy")));
        assert!(!Arc::ptr_eq(&whole, &heavy));
        assert!(Arc::ptr_eq(&whole, &limiter(None)));
        assert!(Arc::ptr_eq(&heavy, &limiter(Some("heavy"))));
    }

    #[test]
    fn a_limiter_ends_with_its_last_client() {
        let one = limiter("https://ending.example", "key-1");
        let weak = Arc::downgrade(&one);
        drop(one);
        assert_eq!(weak.strong_count(), 0);
        limiter("https://another.example", "key-1");
        let registry = REGISTRY.lock().unwrap();
        let mut keys = registry.limiters.keys();
        assert!(keys.all(|key| key.server != "https://ending.example"));
    }
}
