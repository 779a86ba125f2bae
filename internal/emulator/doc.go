// Package emulator is SendGrid's v3 API for API keys and scopes, in memory: for
// tests, demonstrations and benchmarks of whatever talks to it.
//
// It answers as the real API has been recorded to answer, byte for byte where
// bytes are on record, and it is no friendlier: it adds scopes nobody asked for,
// limits rates, lags, and breaks connections in the ways that Fault lists.
// Where SendGrid's behaviour is not on record the emulator assumes one, and the
// comment beside it says so.
//
// A Server is an account, with its subusers, and shares nothing with any other:
//
//	s := emulator.Start(emulator.Config{})
//	defer s.Close()
//	s.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter})
package emulator
