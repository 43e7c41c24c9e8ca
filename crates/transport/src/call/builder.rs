//! What the requests of generated clients have in common.

/// Defines the methods that every request of a generated client has besides the setters of its own
/// parameters, and how it is sent. Called by generated code, for a struct with a field `client`
/// (which has a `transport` and `options`) and a method `into_request`.
///
/// Everything is `#[inline]`, so that a program compiles the decoding of only those responses that
/// it asks for, and the crate of the client none of them.
#[doc(hidden)]
#[macro_export]
macro_rules! request_builder {
    ($request:ident -> ()) => {
        $crate::request_builder!(@both $request, (), call_without_value);
    };
    ($request:ident -> $value:ty) => {
        $crate::request_builder!(@both $request, $value, call);
    };
    (@both $request:ident, $value:ty, $call:ident) => {
        impl $request {
            /// Merges these options over the client's, field by field.
            #[inline]
            pub fn options(mut self, options: &$crate::CallOptions) -> Self {
                self.client.options = self.client.options.merge(options);
                self
            }

            $crate::request_builder! { @options
                /// Sets the maximum number of attempts, including the first; 0 counts as 1.
                attempts: u32;
                /// Sets the timeout of one attempt, from connecting to the last byte of the
                /// response.
                attempt_timeout: ::std::time::Duration;
                /// Sets the timeout of the whole call, including all attempts and waits.
                deadline: ::std::time::Duration;
                /// Sets whether the same request may be sent twice; see
                /// [`CallOptions`]($crate::CallOptions::repeat).
                repeat: bool;
                /// Sets whether to only prepare the request; the call then ends in an error of kind
                /// [`DryRun`]($crate::ErrorKind::DryRun) that contains it.
                dry_run: bool;
            }

            /// Sends the request and decodes the response into a type of the caller's own.
            ///
            /// # Errors
            ///
            /// Any failure of the call, including a response that is not a `T`.
            #[inline]
            pub fn decode_as<T>(self) -> $crate::CallFuture<T>
            where
                T: $crate::__private::serde::de::DeserializeOwned + 'static,
            {
                let (client, request) = self.into_request();
                client.transport.call(request, &client.options)
            }
        }

        impl ::std::future::IntoFuture for $request {
            type Output = ::std::result::Result<$crate::Response<$value>, $crate::Error>;
            type IntoFuture = $crate::CallFuture<$value>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                let (client, request) = self.into_request();
                client.transport.$call(request, &client.options)
            }
        }
    };
    (@options $($(#[$docs:meta])* $option:ident: $type:ty;)+) => {
        $($(#[$docs])*
        #[inline]
        pub fn $option(mut self, $option: $type) -> Self {
            self.client.options = self.client.options.$option($option);
            self
        })+
    };
}
