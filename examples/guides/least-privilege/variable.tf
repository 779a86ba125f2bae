variable "partner_scopes" {
  description = "The scopes of the partner's key."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.partner_scopes) > 0
    error_message = "List at least one scope."
  }
}

resource "sendgrid_api_key" "partner" {
  name   = "Partner"
  scopes = var.partner_scopes
}
