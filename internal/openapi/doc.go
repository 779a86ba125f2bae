// Package openapi validates what the client sends and what the emulator returns
// against the OpenAPI files that SendGrid publishes. Tests are its only users.
//
// The files are not part of this repository. SENDGRID_OPENAPI names a directory,
// as an absolute path, that holds tsg_api_keys_v3.json and tsg_scopes_v3.json from
// https://github.com/twilio/sendgrid-oai (spec/json, MIT license). Without it,
// nothing is validated and the tests of this package say that they are skipped.
package openapi
