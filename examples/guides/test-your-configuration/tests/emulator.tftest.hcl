# The provider from the registry sends its requests to the emulator.
variables {
  teams = ["red"]
}

run "create" {
  assert {
    condition     = startswith(sendgrid_api_key.team["red"].api_key, "SG.${output.key_ids["red"]}.")
    error_message = "The key was not created."
  }
}

run "add_a_team" {
  variables {
    teams = ["red", "blue"]

    # With OpenTofu, assertions cannot refer to another run.
    before = run.create.key_ids
  }

  assert {
    condition     = output.key_ids["red"] == var.before["red"]
    error_message = "The key of the first team was replaced."
  }
}

run "nothing_changes_again" {
  command = plan

  variables {
    teams  = ["red", "blue"]
    before = run.add_a_team.key_ids
  }

  assert {
    condition     = output.key_ids == var.before
    error_message = "The plan replaces a key that nobody changed."
  }
}
