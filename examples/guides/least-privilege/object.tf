variable "team_keys" {
  description = "The team's keys, by name."
  type        = map(object({ scopes = set(string) }))
  default     = {}

  validation {
    condition     = alltrue([for key in var.team_keys : try(length(key.scopes) > 0, false)])
    error_message = "List at least one scope for every key."
  }
}

resource "sendgrid_api_key" "team" {
  for_each = var.team_keys

  name   = each.key
  scopes = each.value.scopes
}
