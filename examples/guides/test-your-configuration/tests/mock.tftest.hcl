# Terraform makes up the values that SendGrid would return.
mock_provider "sendgrid" {}

variables {
  teams = ["red", "blue"]
}

run "each_team_has_its_own_key" {
  command = plan

  assert {
    condition     = toset([for key in sendgrid_api_key.team : key.name]) == toset(["team-red", "team-blue"])
    error_message = "The keys are not named after the teams."
  }
}

run "keys_can_only_send_mail" {
  command = plan

  assert {
    condition     = alltrue([for key in sendgrid_api_key.team : key.scopes == toset(["mail.send"])])
    error_message = "A key has other scopes than mail.send."
  }
}

run "ids_are_in_the_output" {
  assert {
    condition     = toset(keys(output.key_ids)) == toset(var.teams)
    error_message = "A team has no id."
  }
}
