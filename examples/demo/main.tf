# What "make demo" applies. It is an ordinary configuration: with
# SENDGRID_API_KEY set it works on a real account.

terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

provider "sendgrid" {}

variable "newsletter_name" {
  description = "Name of the newsletter's key."
  type        = string
  default     = "tf-demo-newsletter"
}

variable "reports_scopes" {
  description = "What the key for reports may do."
  type        = set(string)
  default     = ["stats.read"]
}

variable "billing" {
  description = "Whether to make a billing key, which a credential without billing scopes cannot."
  type        = bool
  default     = true
}

# Two restricted keys: each may do what is listed and nothing else.
resource "sendgrid_api_key" "newsletter" {
  name   = var.newsletter_name
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "reports" {
  name   = "tf-demo-reports"
  scopes = var.reports_scopes
}

# Without scopes, SendGrid makes a key with Full Access.
resource "sendgrid_api_key" "operations" {
  name = "tf-demo-operations"
}

# Billing scopes exclude all others.
resource "sendgrid_api_key" "accounting" {
  count = var.billing ? 1 : 0

  name   = "tf-demo-accounting"
  scopes = ["billing.read"]
}

# Something that uses a key: it is left alone as long as the key is the same.
# terraform_data shows what it holds in plans, so it gets a fingerprint.
resource "terraform_data" "application" {
  input = sha256(sendgrid_api_key.newsletter.api_key)
}

output "ids" {
  description = "The keys by name."
  value = merge(
    { for key in [sendgrid_api_key.newsletter, sendgrid_api_key.reports, sendgrid_api_key.operations] : key.name => key.id },
    { for key in sendgrid_api_key.accounting : key.name => key.id },
  )
}

output "newsletter_api_key" {
  description = "What the newsletter sends its mail with."
  value       = sendgrid_api_key.newsletter.api_key
  sensitive   = true
}
