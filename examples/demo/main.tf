# "make demo" applies this configuration. It is an ordinary configuration that also works
# on a real account, with SENDGRID_API_KEY set.

terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

provider "sendgrid" {}

variable "newsletter_name" {
  description = "The name of the newsletter key."
  type        = string
  default     = "tf-demo-newsletter"
}

variable "reports_scopes" {
  description = "The scopes of the reports key."
  type        = set(string)
  default     = ["stats.read"]
}

variable "billing" {
  description = "Whether to create a billing key, which requires a credential with billing scopes."
  type        = bool
  default     = true
}

# Two restricted keys. Each has only the listed scopes.
resource "sendgrid_api_key" "newsletter" {
  name   = var.newsletter_name
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "reports" {
  name   = "tf-demo-reports"
  scopes = var.reports_scopes
}

# Without scopes, SendGrid creates a key with Full Access.
resource "sendgrid_api_key" "operations" {
  name = "tf-demo-operations"
}

# Billing scopes exclude all others.
resource "sendgrid_api_key" "accounting" {
  count = var.billing ? 1 : 0

  name   = "tf-demo-accounting"
  scopes = ["billing.read"]
}

# A resource that uses a key. It does not change as long as the key stays the same.
# terraform_data shows its values in plans, so it receives only a fingerprint.
resource "terraform_data" "application" {
  input = sha256(sendgrid_api_key.newsletter.api_key)
}

output "ids" {
  description = "The ids of the keys, by name."
  value = merge(
    { for key in [sendgrid_api_key.newsletter, sendgrid_api_key.reports, sendgrid_api_key.operations] : key.name => key.id },
    { for key in sendgrid_api_key.accounting : key.name => key.id },
  )
}

output "newsletter_api_key" {
  description = "The API key of the newsletter."
  value       = sendgrid_api_key.newsletter.api_key
  sensitive   = true
}
