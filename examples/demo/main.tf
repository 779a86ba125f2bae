# "make demo" applies this configuration. It is an ordinary configuration that also works
# on a real account, with SENDGRID_API_KEY set.

terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {}

variable "scopes" {
  description = "The scopes of the newsletter key."
  type        = set(string)
  default     = ["mail.send"]
}

variable "teams" {
  description = "How many teams get a key."
  type        = number
  default     = 0
}

resource "sendgrid_api_key" "newsletter" {
  name   = "tf-demo-newsletter"
  scopes = var.scopes

  lifecycle {
    create_before_destroy = true
  }
}

resource "sendgrid_api_key" "team" {
  count = var.teams

  name   = "tf-demo-team-${count.index + 1}"
  scopes = ["stats.read"]
}
