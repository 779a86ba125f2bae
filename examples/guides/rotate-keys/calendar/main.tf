terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
    time = {
      source = "hashicorp/time"
    }
  }
}

# The id changes after 90 days.
resource "time_rotating" "newsletter" {
  rotation_days = 90
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  rotate_when_changed = {
    period = time_rotating.newsletter.id
  }

  lifecycle {
    create_before_destroy = true
  }
}
